// One byte, over and over, as a piece: encoded by arithmetic, however long it is.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokens/vocabulary.h"

namespace argot::tokens {

struct TokenRun {
  Token token = 0;
  std::uint64_t count = 0;

  friend bool operator==(const TokenRun&, const TokenRun&) = default;
};

bool is_uniform(std::string_view piece);

// The encoding of `count` (at least one) times `byte`. Each merge is done to a whole run at once,
// so this takes as many steps as there are tokens of that byte alone (84 at most).
std::vector<TokenRun> encode_uniform_run(const Vocabulary& vocabulary, unsigned char byte,
                                         std::uint64_t count);

}  // namespace argot::tokens
