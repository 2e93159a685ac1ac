// Encodes one piece: which tokens byte-pair encoding makes of it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tokens/long_piece.h"
#include "tokens/pair_memo.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {

// Finds the encoding from left to right instead of merge by merge: the longest token that the rest
// begins with, unless it would not stay apart from the one before it; then a shorter one; then
// another one before it. No place is tried twice. A piece on which that takes too many steps, and a
// run of one byte, is encoded in another way, so that the time is linear for any input. Not
// thread-safe; one for each thread.
class Merger {
 public:
  // `vocabulary` must outlive it.
  explicit Merger(const Vocabulary& vocabulary);

  // The piece must not be empty.
  std::uint64_t count(std::string_view piece);
  void encode(std::string_view piece, std::vector<Token>& tokens);

 private:
  friend struct MergerKernels;
  enum class Outcome : bool { encoded, gave_up };

  Outcome backtrack(std::string_view piece);
  LongPiece& long_piece();

  const Vocabulary& vocabulary_;
  Outcome (*kernel_)(Merger& merger, std::string_view piece);
  std::vector<Token> found_;
  PairMemo<16384> pairs_;
  std::vector<std::uint64_t> untried_;  // a bit for each place where a token may still end
  std::unique_ptr<LongPiece> long_piece_;
};

}  // namespace argot::tokens
