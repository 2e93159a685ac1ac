// Which two tokens merge into which: the rules of the vocabulary.
#pragma once

#include <cstdint>
#include <limits>

#include "tokens/wide_array.h"

namespace argot::tokens {

// A token's id is its rank: the lower, the earlier its two parts are merged.
using Token = std::uint32_t;

inline constexpr unsigned token_bits = 18;
inline constexpr std::uint64_t token_mask = (std::uint64_t{1} << token_bits) - 1;
inline constexpr Token no_token = std::numeric_limits<Token>::max();

struct TokenPair {
  Token left = 0;
  Token right = 0;

  friend bool operator==(const TokenPair&, const TokenPair&) = default;
};

// Immutable once filled; then thread-safe.
class PairTable {
 public:
  explicit PairTable(std::size_t pairs_max);

  // Each pair once. No merged token is 0.
  void insert(TokenPair pair, Token merged);

  // no_token for two tokens that do not merge.
  Token find(TokenPair pair) const {
    const std::uint64_t key = key_of(pair);
    const std::uint64_t mixed = mix(key);
    if ((filter_[mixed >> filter_shift_] >> (mixed & 63U) & 1U) == 0) return no_token;
    for (std::size_t at = mixed >> shift_;; at = (at + 1) & mask_) {
      const std::uint64_t slot = slots_[at];
      if (slot >> token_bits == key && slot != 0) return static_cast<Token>(slot & token_mask);
      if (slot == 0) return no_token;
    }
  }

 private:
  static std::uint64_t key_of(TokenPair pair) {
    return (std::uint64_t{pair.left} << token_bits) | pair.right;
  }
  // Both ends of the product depend on all of the key.
  static std::uint64_t mix(std::uint64_t key) {
    const std::uint64_t product = key * 0x9E3779B97F4A7C15U;
    return product ^ product >> 32U;
  }

  unsigned shift_;
  unsigned filter_shift_;
  std::size_t mask_;
  WideArray<std::uint64_t> filter_;  // a bit for each pair: most that are asked for do not merge
  WideArray<std::uint64_t> slots_;   // the key and what it merges into; 0 where there is none
};

}  // namespace argot::tokens
