// How many tokens a short piece has, remembered. Exact: an entry holds the piece itself.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "tokens/wide_array.h"

namespace argot::tokens {

// Entries of `words` times 8 bytes, all but the last byte of it for the piece. One for pieces of up
// to 15 bytes and one for those of 16 to 31 are enough for nearly all text. Sets are one cache line
// each. Not thread-safe.
template <std::size_t words>
class PieceCache {
 public:
  static constexpr std::size_t piece_bytes_max = 8 * words - 1;

  // A piece with its length in the upper half of the last byte; the lower half is 0. Lengths that
  // differ by 16 cannot be told apart, so each cache has its own 15 or 16 lengths.
  struct Key {
    std::array<std::uint64_t, words> text{};
    std::size_t set = 0;
  };

  using Entry = std::array<std::uint64_t, words>;
  struct alignas(64) Set {
    std::array<Entry, 8 / words> entries{};
  };

  // `sets` is a power of two and not 1; it takes 64 bytes for each.
  explicit PieceCache(std::size_t sets)
      : shift_(64U - static_cast<unsigned>(std::bit_width(sets) - 1)), sets_(sets) {}

  // Where `readable` bytes, at least the piece's, may be read from its beginning. Made in place: a
  // key that is copied at once stalls the processor.
  void make_key(std::string_view piece, std::size_t readable, Key& key) const {
    std::uint64_t mixed = 0;
#pragma GCC unroll 4
    for (std::size_t word = 0; word < words; ++word) {
      std::uint64_t text = readable >= 8 * words ? word_of(piece, word) : word_at_end(piece, word);
      if (word + 1 == words) text |= std::uint64_t{piece.size() & 15U} << 60U;
      // The upper bits of each product depend on all of its word, and only these are used.
      mixed += text * odd_numbers[word];
      key.text[word] = text;
    }
    key.set = mixed >> shift_;
  }

  void prefetch(const Key& key) const { __builtin_prefetch(&sets_[key.set]); }

  // 0 where it is not known. Without branches: which entry it is cannot be predicted.
  unsigned find(const Key& key) const { return find_in(sets_[key.set], key); }
  static unsigned find_in(const Set& set, const Key& key) {
    std::uint64_t found = 0;
#pragma GCC unroll 4
    for (const Entry& entry : set.entries) {
      std::uint64_t difference = (entry.back() & ~count_mask) ^ key.text.back();
      for (std::size_t word = 0; word + 1 < words; ++word) {
        difference |= entry[word] ^ key.text[word];
      }
      found |= entry.back() & count_mask & (std::uint64_t{difference != 0} - 1);
    }
    return static_cast<unsigned>(found >> 56U);
  }

  const Set* sets() const { return sets_.data(); }

  // Counts above 15 are not kept. The oldest entry of the set makes place.
  void insert(const Key& key, std::uint64_t count) {
    if (count > 15) return;
    auto& entries = sets_[key.set].entries;
    for (std::size_t way = entries.size() - 1; way > 0; --way) entries[way] = entries[way - 1];
    entries[0] = key.text;
    entries[0].back() |= count << 56U;
  }

 private:
  static constexpr std::uint64_t count_mask = std::uint64_t{15} << 56U;
  static_assert(std::endian::native == std::endian::little);

  static constexpr std::array<std::uint64_t, 4> odd_numbers{
      0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU, 0xD6E8FEB86659FD93U, 0xA0761D6478BD642FU};

  static std::uint64_t word_of(std::string_view piece, std::size_t word) {
    std::uint64_t text = 0;
    std::memcpy(&text, piece.data() + 8 * word, sizeof text);
    return text & kept_bytes[piece.size()][word];
  }
  // The same, and reads the piece alone.
  static std::uint64_t word_at_end(std::string_view piece, std::size_t word) {
    std::uint64_t text = 0;
    if (piece.size() > 8 * word) {
      const std::string_view rest = piece.substr(8 * word);
      std::memcpy(&text, rest.data(), std::min(rest.size(), sizeof text));
    }
    return text;
  }

  // Masks for the first bytes of a piece, by its length.
  static constexpr std::array<Entry, 8 * words> make_kept_bytes() {
    std::array<Entry, 8 * words> masks{};
    for (std::size_t bytes = 0; bytes < masks.size(); ++bytes) {
      for (std::size_t at = 0; at < bytes; ++at) {
        masks[bytes][at / 8] |= std::uint64_t{255} << (8 * (at % 8));
      }
    }
    return masks;
  }
  static constexpr std::array<Entry, 8 * words> kept_bytes = make_kept_bytes();

  unsigned shift_;
  WideArray<Set> sets_;
};

}  // namespace argot::tokens
