#include "json/string_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>

#include "base/text.h"
#include "json/escape_checker.h"

namespace argot::json {
namespace {

constexpr std::size_t block_bytes = 64;
static_assert(string_padding_bytes >= block_bytes);

// Where certain bytes are in a block, the first byte as the lowest bit.
struct Block {
  std::uint64_t backslashes = 0;
  std::uint64_t ends = 0;  // quotes, and what may not stand in a string
};

// --- For any processor: byte after byte.

struct Portable {
  bool is_ascii() const { return high_ < 0x80U; }

  Block look(const char* bytes) {
    Block block;
    for (std::size_t i = 0; i < block_bytes; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      block.backslashes |= std::uint64_t{byte == '\\'} << i;
      block.ends |= std::uint64_t{byte == '"' || byte < 0x20U} << i;
      high_ |= byte;
    }
    return block;
  }

  static EscapeMasks look_closer(const char* bytes) {
    EscapeMasks masks;
    for (std::size_t i = 0; i < block_bytes; ++i) {
      const char byte = bytes[i];
      const int digit = hex_value(byte);
      const auto bit = [i](bool is_one) { return std::uint64_t{is_one} << i; };
      masks.followers |= bit(std::string_view("\"\\/bfnrtu").contains(byte));
      masks.units |= bit(byte == 'u');
      masks.digits |= bit(digit >= 0);
      masks.surrogates |= bit(digit == 0xD);
      masks.high_digits |= bit(digit >= 0x8 && digit <= 0xB);
      masks.low_digits |= bit(digit >= 0xC);
    }
    return masks;
  }

 private:
  unsigned high_ = 0;  // all bytes that were looked at, or-ed
};

#if defined(__x86_64__)

constexpr char case_bit = 0x20;

// --- SSE2, which every x86-64 has: four times 16 bytes.

inline __m128i equal_sse2(__m128i bytes, char byte) {
  return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte));
}
inline __m128i within_sse2(__m128i bytes, char first, char last) {
  const __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
  const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
  return _mm_cmpeq_epi8(_mm_min_epu8(offset, most), offset);
}
inline std::uint64_t places_sse2(__m128i found, std::size_t offset) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))} << offset;
}

struct Sse2 {
  bool is_ascii() const { return _mm_movemask_epi8(high_) == 0; }

  Block look(const char* bytes) {
    Block block;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
      const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      const __m128i is_end = _mm_or_si128(equal_sse2(piece, '"'), within_sse2(piece, 0, 0x1F));
      block.backslashes |= places_sse2(equal_sse2(piece, '\\'), i);
      block.ends |= places_sse2(is_end, i);
      high_ = _mm_or_si128(high_, piece);
    }
    return block;
  }

  static EscapeMasks look_closer(const char* bytes) {
    EscapeMasks masks;
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
      const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      const __m128i lowered = _mm_or_si128(piece, _mm_set1_epi8(case_bit));
      __m128i is_follower = equal_sse2(piece, '"');
#pragma GCC unroll 8
      for (const char follower : {'\\', '/', 'b', 'f', 'n', 'r', 't', 'u'}) {
        is_follower = _mm_or_si128(is_follower, equal_sse2(piece, follower));
      }
      const __m128i is_high =
          _mm_or_si128(within_sse2(piece, '8', '9'), within_sse2(lowered, 'a', 'b'));
      const __m128i is_low = within_sse2(lowered, 'c', 'f');
      const __m128i is_digit =
          _mm_or_si128(_mm_or_si128(is_high, is_low), within_sse2(piece, '0', '7'));
      masks.followers |= places_sse2(is_follower, i);
      masks.units |= places_sse2(equal_sse2(piece, 'u'), i);
      masks.digits |= places_sse2(is_digit, i);
      masks.surrogates |= places_sse2(equal_sse2(lowered, 'd'), i);
      masks.high_digits |= places_sse2(is_high, i);
      masks.low_digits |= places_sse2(is_low, i);
    }
    return masks;
  }

 private:
  __m128i high_ = {};  // all bytes that were looked at, or-ed
};

// --- AVX2: twice 32 bytes.

#define ARGOT_AVX2 [[gnu::target("avx2,bmi")]]

// The two came together, but a virtual machine may hide one of them.
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"); }

ARGOT_AVX2 inline __m256i equal_avx2(__m256i bytes, char byte) {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte));
}
ARGOT_AVX2 inline std::uint64_t places_avx2(__m256i found, std::size_t offset) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(found))} << offset;
}

// Up to eight classes of bytes, the first in the highest bit. A byte is in those that both of its
// halves have, for which two look-ups tell of 32 bytes what they are.
struct ByteClasses {
  // One for each value of a half, twice: a look-up looks into the same 16 for its 16 bytes.
  struct Table {
    alignas(32) std::array<std::uint8_t, 32> rows = {};

    consteval void add(unsigned value, std::uint8_t bit) {
      rows.at(value) |= bit;
      rows.at(value + 16) |= bit;
    }
  };

  Table lower;
  Table upper;
  bool are_told_by_halves = true;

  consteval ByteClasses(std::initializer_list<std::string_view> classes) {
    std::uint8_t bit = 0x80;
    for (const std::string_view members : classes) {
      for (const char member : members) {
        const auto byte = static_cast<unsigned char>(member);
        lower.add(byte & 0xFU, bit);
        upper.add(byte >> 4U, bit);
      }
      for (unsigned byte = 0; byte < 0x80; ++byte) {
        const bool is_member = (lower.rows.at(byte & 0xFU) & upper.rows.at(byte >> 4U) & bit) != 0;
        are_told_by_halves &= is_member == members.contains(static_cast<char>(byte));
      }
      bit >>= 1;
    }
  }
};

constexpr ByteClasses digit_classes = {"0123456789", "abcdefABCDEF", "89", "abAB",
                                       "cdefCDEF",   "dD",           "u"};
constexpr ByteClasses follower_classes = {"\"br", "/", "\\", "fn", "tu"};
static_assert(digit_classes.are_told_by_halves && follower_classes.are_told_by_halves);

ARGOT_AVX2 inline __m256i table_avx2(const ByteClasses::Table& table) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(table.rows.data()));
}
// A byte that is not ASCII is in no class.
ARGOT_AVX2 inline __m256i classes_avx2(const ByteClasses& classes, __m256i bytes, __m256i upper) {
  return _mm256_and_si256(_mm256_shuffle_epi8(table_avx2(classes.lower), bytes),
                          _mm256_shuffle_epi8(table_avx2(classes.upper), upper));
}

struct Avx2 {
  ARGOT_AVX2 bool is_ascii() const { return _mm256_movemask_epi8(high_) == 0; }

  ARGOT_AVX2 Block look(const char* bytes) {
    Block block;
#pragma GCC unroll 2
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m256i)) {
      const __m256i piece = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
      const __m256i is_control =
          _mm256_cmpeq_epi8(_mm256_min_epu8(piece, _mm256_set1_epi8(0x1F)), piece);
      block.backslashes |= places_avx2(equal_avx2(piece, '\\'), i);
      block.ends |= places_avx2(_mm256_or_si256(equal_avx2(piece, '"'), is_control), i);
      high_ = _mm256_or_si256(high_, piece);
    }
    return block;
  }

  ARGOT_AVX2 static EscapeMasks look_closer(const char* bytes) {
    EscapeMasks masks;
    std::uint64_t strangers = 0;
#pragma GCC unroll 2
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m256i)) {
      const __m256i piece = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
      const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(piece, 4), _mm256_set1_epi8(0xF));
      const __m256i followers = classes_avx2(follower_classes, piece, upper);
      const __m256i digits = classes_avx2(digit_classes, piece, upper);
      // Digits come first in two neighbours, and high digits in the next two.
      const __m256i either = _mm256_or_si256(digits, _mm256_slli_epi16(digits, 1));
      strangers |= places_avx2(_mm256_cmpeq_epi8(followers, _mm256_setzero_si256()), i);
      masks.digits |= places_avx2(either, i);
      masks.high_digits |= places_avx2(_mm256_slli_epi16(either, 2), i);
      masks.low_digits |= places_avx2(_mm256_slli_epi16(digits, 4), i);
      masks.surrogates |= places_avx2(_mm256_slli_epi16(digits, 5), i);
      masks.units |= places_avx2(_mm256_slli_epi16(digits, 6), i);
    }
    masks.followers = ~strangers;
    return masks;
  }

 private:
  __m256i high_ = {};  // all bytes that were looked at, or-ed
};

// --- AVX-512BW: all 64 bytes, and compares that give masks.

#define ARGOT_AVX512 [[gnu::target("avx512f,avx512bw,bmi")]]

ARGOT_AVX512 inline std::uint64_t equal_avx512(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}
ARGOT_AVX512 inline std::uint64_t within_avx512(__m512i bytes, char first, char last) {
  const __m512i offset = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first));
  return _mm512_cmple_epu8_mask(offset, _mm512_set1_epi8(static_cast<char>(last - first)));
}

struct Avx512 {
  ARGOT_AVX512 bool is_ascii() const { return _mm512_movepi8_mask(high_) == 0; }

  ARGOT_AVX512 Block look(const char* bytes) {
    const __m512i loaded = _mm512_loadu_si512(bytes);
    high_ = _mm512_or_si512(high_, loaded);
    return {
        .backslashes = equal_avx512(loaded, '\\'),
        .ends = equal_avx512(loaded, '"') | _mm512_cmplt_epu8_mask(loaded, _mm512_set1_epi8(0x20))};
  }

  ARGOT_AVX512 static EscapeMasks look_closer(const char* bytes) {
    const __m512i loaded = _mm512_loadu_si512(bytes);
    const __m512i lowered = _mm512_or_si512(loaded, _mm512_set1_epi8(case_bit));
    EscapeMasks masks;
#pragma GCC unroll 8
    for (const char follower : {'"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u'}) {
      masks.followers |= equal_avx512(loaded, follower);
    }
    masks.units = equal_avx512(loaded, 'u');
    masks.surrogates = equal_avx512(lowered, 'd');
    masks.high_digits = within_avx512(loaded, '8', '9') | within_avx512(lowered, 'a', 'b');
    masks.low_digits = within_avx512(lowered, 'c', 'f');
    masks.digits = masks.high_digits | masks.low_digits | within_avx512(loaded, '0', '7');
    return masks;
  }

 private:
  __m512i high_ = {};  // all bytes that were looked at, or-ed
};

#endif

// Built once for each set of instructions, and inlined where these may be used.

template <typename Instructions>
[[gnu::always_inline]] inline const char* string_end(const char* padded_begin, bool& is_ascii) {
  Instructions instructions;
  EscapeChecker checker;
  for (const char* block = padded_begin;; block += block_bytes) {
    const Block found = instructions.look(block);
    std::uint64_t ends = found.ends;
    // Most blocks have none, and the next one then need not wait for this one.
    if (found.backslashes != 0 || checker.is_open()) {
      const std::uint64_t escaped = checker.open(found.backslashes);
      // The letter of an escape ends nothing. What else belongs to it is no concern here: where
      // that is a quote, the escape is none.
      ends &= ~escaped;
      checker.check(escaped & (ends ^ (ends - 1)), Instructions::look_closer(block));
      if (!checker.is_good()) return nullptr;
    }
    if (ends != 0) {
      is_ascii = is_ascii && instructions.is_ascii();
      const char* const end = block + std::countr_zero(ends);
      return *end == '"' && checker.is_complete() ? end : nullptr;
    }
  }
}

template <typename Instructions>
[[gnu::always_inline]] inline bool are_good(std::string_view padded_text) {
  Instructions instructions;
  EscapeChecker checker;
  for (std::size_t at = 0; at < padded_text.size(); at += block_bytes) {
    const char* const block = padded_text.data() + at;
    const std::size_t rest_bytes = padded_text.size() - at;
    const std::uint64_t seen =
        rest_bytes < block_bytes ? (std::uint64_t{1} << rest_bytes) - 1 : ~std::uint64_t{0};
    const std::uint64_t backslashes = instructions.look(block).backslashes & seen;
    if (backslashes == 0 && !checker.is_open()) continue;
    EscapeMasks found = Instructions::look_closer(block);
    found.followers &= seen;
    found.digits &= seen;
    checker.check(checker.open(backslashes), found);
    if (!checker.is_good()) return false;
  }
  return checker.is_complete() && !checker.is_open();
}

#if defined(__x86_64__)
const char* string_end_sse2(const char* padded_begin, bool& is_ascii) {
  return string_end<Sse2>(padded_begin, is_ascii);
}
bool are_good_sse2(std::string_view padded_text) { return are_good<Sse2>(padded_text); }

ARGOT_AVX2 const char* string_end_avx2(const char* padded_begin, bool& is_ascii) {
  return string_end<Avx2>(padded_begin, is_ascii);
}
ARGOT_AVX2 bool are_good_avx2(std::string_view padded_text) { return are_good<Avx2>(padded_text); }

ARGOT_AVX512 const char* string_end_avx512(const char* padded_begin, bool& is_ascii) {
  return string_end<Avx512>(padded_begin, is_ascii);
}
ARGOT_AVX512 bool are_good_avx512(std::string_view padded_text) {
  return are_good<Avx512>(padded_text);
}
#endif

const char* string_end_portable(const char* padded_begin, bool& is_ascii) {
  return string_end<Portable>(padded_begin, is_ascii);
}
bool are_good_portable(std::string_view padded_text) { return are_good<Portable>(padded_text); }

}  // namespace

std::vector<StringScan> string_scans() {
  std::vector<StringScan> scans;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) {
    scans.push_back({.name = "avx512",
                     .has_good_escapes = are_good_avx512,
                     .find_string_end = string_end_avx512});
  }
  if (has_avx2()) {
    scans.push_back(
        {.name = "avx2", .has_good_escapes = are_good_avx2, .find_string_end = string_end_avx2});
  }
  scans.push_back(
      {.name = "sse2", .has_good_escapes = are_good_sse2, .find_string_end = string_end_sse2});
#endif
  scans.push_back({.name = "portable",
                   .has_good_escapes = are_good_portable,
                   .find_string_end = string_end_portable});
  return scans;
}

// Asked of the processor at each call: that is a load and a branch that is always right, and what
// is called is known when this is compiled.

bool has_good_escapes(std::string_view padded_text) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return are_good_avx512(padded_text);
  if (has_avx2()) return are_good_avx2(padded_text);
  return are_good_sse2(padded_text);
#else
  return are_good_portable(padded_text);
#endif
}

const char* find_string_end(const char* padded_begin, bool& is_ascii) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return string_end_avx512(padded_begin, is_ascii);
  if (has_avx2()) return string_end_avx2(padded_begin, is_ascii);
  return string_end_sse2(padded_begin, is_ascii);
#else
  return string_end_portable(padded_begin, is_ascii);
#endif
}

}  // namespace argot::json
