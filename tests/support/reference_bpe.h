// Byte-pair encoding as it is defined: merge after merge, each time the pair of the lowest rank.
#pragma once

#include <string_view>
#include <vector>

#include "tokens/vocabulary.h"

namespace argot::testing {

// Quadratic in the piece.
inline std::vector<tokens::Token> reference_encoding(const tokens::Vocabulary& vocabulary,
                                                     std::string_view piece) {
  std::vector<tokens::Token> found;
  for (const char byte : piece) {
    const auto node = vocabulary.trie().child(tokens::Trie::root, static_cast<unsigned char>(byte));
    found.push_back(vocabulary.trie().token_at(node));
  }
  for (;;) {
    tokens::Token lowest = tokens::no_token;
    std::size_t place = 0;
    for (std::size_t at = 0; at + 1 < found.size(); ++at) {
      const tokens::Token merged = vocabulary.merged({found[at], found[at + 1]});
      if (merged < lowest) {
        lowest = merged;
        place = at;
      }
    }
    if (lowest == tokens::no_token) return found;
    found[place] = lowest;
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(place) + 1);
  }
}

}  // namespace argot::testing
