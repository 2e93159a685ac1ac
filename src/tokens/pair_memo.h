// What was asked of a vocabulary before. Text comes back to the same few pairs of tokens.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "tokens/vocabulary.h"

namespace argot::tokens {

// Exact: an entry holds the pair itself. 8 bytes each; `entries` is a power of two. Not
// thread-safe, and for one vocabulary.
template <std::size_t entries>
class PairMemo {
 public:
  // What Vocabulary::stay_apart() says.
  bool stay_apart(const Vocabulary& vocabulary, TokenPair pair) {
    const std::uint64_t key = std::uint64_t{pair.left} << 20U | std::uint64_t{pair.right} << 1U;
    std::uint64_t& asked = asked_[(key * 0x9E3779B97F4A7C15U) >> shift];
    // The pair of token 0 with itself has the key of an empty place; '!!' is a token, so that
    // answer is the right one.
    if ((asked | 1U) != (key | 1U)) asked = key | std::uint64_t{vocabulary.stay_apart(pair)};
    return (asked & 1U) != 0;
  }

 private:
  static_assert(std::has_single_bit(entries));
  static constexpr unsigned shift = 64U - static_cast<unsigned>(std::bit_width(entries) - 1);

  std::array<std::uint64_t, entries> asked_{};
};

}  // namespace argot::tokens
