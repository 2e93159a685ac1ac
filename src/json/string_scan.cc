#include "json/string_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <bit>
#include <cstdint>

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
  std::uint64_t high = 0;  // bytes that are not ASCII
};

// --- For any processor: byte after byte.

struct Portable {
  static Block look(const char* bytes) {
    Block block;
    for (std::size_t i = 0; i < block_bytes; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      block.backslashes |= std::uint64_t{byte == '\\'} << i;
      block.ends |= std::uint64_t{byte == '"' || byte < 0x20U} << i;
      block.high |= std::uint64_t{byte >= 0x80U} << i;
    }
    return block;
  }

  static EscapeMasks look_closer(const char* bytes) {
    EscapeMasks masks;
    for (std::size_t i = 0; i < block_bytes; ++i) {
      const char byte = bytes[i];
      const int digit = hex_value(byte);
      const auto bit = [i](bool is_one) { return std::uint64_t{is_one} << i; };
      masks.letters |= bit(std::string_view("\"\\/bfnrt").contains(byte));
      masks.units |= bit(byte == 'u');
      masks.digits |= bit(digit >= 0);
      masks.surrogates |= bit(digit == 0xD);
      masks.high_digits |= bit(digit >= 0x8 && digit <= 0xB);
      masks.low_digits |= bit(digit >= 0xC);
    }
    return masks;
  }
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
  static Block look(const char* bytes) {
    Block block;
#pragma GCC unroll 4
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
      const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      const __m128i is_end = _mm_or_si128(equal_sse2(piece, '"'), within_sse2(piece, 0, 0x1F));
      block.backslashes |= places_sse2(equal_sse2(piece, '\\'), i);
      block.ends |= places_sse2(is_end, i);
      block.high |= places_sse2(piece, i);
    }
    return block;
  }

  static EscapeMasks look_closer(const char* bytes) {
    EscapeMasks masks;
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
      const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
      const __m128i lowered = _mm_or_si128(piece, _mm_set1_epi8(case_bit));
      __m128i is_letter = equal_sse2(piece, '"');
#pragma GCC unroll 8
      for (const char letter : {'\\', '/', 'b', 'f', 'n', 'r', 't'}) {
        is_letter = _mm_or_si128(is_letter, equal_sse2(piece, letter));
      }
      const __m128i is_high =
          _mm_or_si128(within_sse2(piece, '8', '9'), within_sse2(lowered, 'a', 'b'));
      const __m128i is_low = within_sse2(lowered, 'c', 'f');
      const __m128i is_digit =
          _mm_or_si128(_mm_or_si128(is_high, is_low), within_sse2(piece, '0', '7'));
      masks.letters |= places_sse2(is_letter, i);
      masks.units |= places_sse2(equal_sse2(piece, 'u'), i);
      masks.digits |= places_sse2(is_digit, i);
      masks.surrogates |= places_sse2(equal_sse2(lowered, 'd'), i);
      masks.high_digits |= places_sse2(is_high, i);
      masks.low_digits |= places_sse2(is_low, i);
    }
    return masks;
  }
};

// --- AVX2: twice 32 bytes.

#define ARGOT_AVX2 [[gnu::target("avx2,bmi")]]

// The two came together, but a virtual machine may hide one of them.
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"); }

ARGOT_AVX2 inline __m256i equal_avx2(__m256i bytes, char byte) {
  return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte));
}
ARGOT_AVX2 inline __m256i within_avx2(__m256i bytes, char first, char last) {
  const __m256i offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(last - first));
  return _mm256_cmpeq_epi8(_mm256_min_epu8(offset, most), offset);
}
ARGOT_AVX2 inline std::uint64_t places_avx2(__m256i found, std::size_t offset) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(found))} << offset;
}

struct Avx2 {
  ARGOT_AVX2 static Block look(const char* bytes) {
    Block block;
#pragma GCC unroll 2
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m256i)) {
      const __m256i piece = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
      const __m256i is_end = _mm256_or_si256(equal_avx2(piece, '"'), within_avx2(piece, 0, 0x1F));
      block.backslashes |= places_avx2(equal_avx2(piece, '\\'), i);
      block.ends |= places_avx2(is_end, i);
      block.high |= places_avx2(piece, i);
    }
    return block;
  }

  ARGOT_AVX2 static EscapeMasks look_closer(const char* bytes) {
    // Which letter has those lower four bits. Three have 2, of which one stands here; what stands
    // where there is none has others.
    const __m256i letters = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 'b', 0, 't', 0, 'f', 0, 0, 0, 0, 0, '\\', 0, 'n', '/'));
    EscapeMasks masks;
#pragma GCC unroll 2
    for (std::size_t i = 0; i < block_bytes; i += sizeof(__m256i)) {
      const __m256i piece = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + i));
      const __m256i lowered = _mm256_or_si256(piece, _mm256_set1_epi8(case_bit));
      const __m256i is_letter =
          _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(letters, piece), piece),
                          _mm256_or_si256(equal_avx2(piece, '"'), equal_avx2(piece, 'r')));
      const __m256i is_high =
          _mm256_or_si256(within_avx2(piece, '8', '9'), within_avx2(lowered, 'a', 'b'));
      const __m256i is_low = within_avx2(lowered, 'c', 'f');
      const __m256i is_digit =
          _mm256_or_si256(_mm256_or_si256(is_high, is_low), within_avx2(piece, '0', '7'));
      masks.letters |= places_avx2(is_letter, i);
      masks.units |= places_avx2(equal_avx2(piece, 'u'), i);
      masks.digits |= places_avx2(is_digit, i);
      masks.surrogates |= places_avx2(equal_avx2(lowered, 'd'), i);
      masks.high_digits |= places_avx2(is_high, i);
      masks.low_digits |= places_avx2(is_low, i);
    }
    return masks;
  }
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
  ARGOT_AVX512 static Block look(const char* bytes) {
    const __m512i loaded = _mm512_loadu_si512(bytes);
    return {
        .backslashes = equal_avx512(loaded, '\\'),
        .ends = equal_avx512(loaded, '"') | _mm512_cmplt_epu8_mask(loaded, _mm512_set1_epi8(0x20)),
        .high = _mm512_movepi8_mask(loaded)};
  }

  ARGOT_AVX512 static EscapeMasks look_closer(const char* bytes) {
    const __m512i loaded = _mm512_loadu_si512(bytes);
    const __m512i lowered = _mm512_or_si512(loaded, _mm512_set1_epi8(case_bit));
    EscapeMasks masks;
#pragma GCC unroll 8
    for (const char letter : {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'}) {
      masks.letters |= equal_avx512(loaded, letter);
    }
    masks.units = equal_avx512(loaded, 'u');
    masks.surrogates = equal_avx512(lowered, 'd');
    masks.high_digits = within_avx512(loaded, '8', '9') | within_avx512(lowered, 'a', 'b');
    masks.low_digits = within_avx512(lowered, 'c', 'f');
    masks.digits = masks.high_digits | masks.low_digits | within_avx512(loaded, '0', '7');
    return masks;
  }
};

#endif

// Built once for each set of instructions, and inlined where these may be used.

template <typename Instructions>
[[gnu::always_inline]] inline StringEnd string_end(const char* padded_begin) {
  EscapeChecker checker;
  std::uint64_t high = 0;
  for (const char* block = padded_begin;; block += block_bytes) {
    const Block found = Instructions::look(block);
    high |= found.high;
    std::uint64_t ends = found.ends;
    // Most blocks have none, and the next one then need not wait for this one.
    if (found.backslashes != 0 || checker.is_open()) {
      const std::uint64_t escaped = checker.open(found.backslashes);
      // The letter of an escape ends nothing. What else belongs to it is no concern here: where
      // that is a quote, the escape is none.
      ends &= ~escaped;
      checker.check(escaped, Instructions::look_closer(block), ends ^ (ends - 1));
      if (!checker.is_good()) return {.quote = nullptr, .is_ascii = high == 0};
    }
    if (ends != 0) {
      const char* const end = block + std::countr_zero(ends);
      const bool is_quote = *end == '"' && checker.is_complete();
      return {.quote = is_quote ? end : nullptr, .is_ascii = high == 0};
    }
  }
}

template <typename Instructions>
[[gnu::always_inline]] inline bool are_good(std::string_view padded_text) {
  EscapeChecker checker;
  for (std::size_t at = 0; at < padded_text.size(); at += block_bytes) {
    const char* const block = padded_text.data() + at;
    const std::size_t rest_bytes = padded_text.size() - at;
    const std::uint64_t seen =
        rest_bytes < block_bytes ? (std::uint64_t{1} << rest_bytes) - 1 : ~std::uint64_t{0};
    const std::uint64_t backslashes = Instructions::look(block).backslashes & seen;
    if (backslashes == 0 && !checker.is_open()) continue;
    const std::uint64_t escaped = checker.open(backslashes);
    checker.check(escaped, Instructions::look_closer(block), seen);
    if (!checker.is_good() || (escaped & ~seen) != 0) return false;
  }
  return checker.is_complete() && !checker.is_open();
}

#if defined(__x86_64__)
StringEnd string_end_sse2(const char* padded_begin) { return string_end<Sse2>(padded_begin); }
bool are_good_sse2(std::string_view padded_text) { return are_good<Sse2>(padded_text); }

ARGOT_AVX2 StringEnd string_end_avx2(const char* padded_begin) {
  return string_end<Avx2>(padded_begin);
}
ARGOT_AVX2 bool are_good_avx2(std::string_view padded_text) { return are_good<Avx2>(padded_text); }

ARGOT_AVX512 StringEnd string_end_avx512(const char* padded_begin) {
  return string_end<Avx512>(padded_begin);
}
ARGOT_AVX512 bool are_good_avx512(std::string_view padded_text) {
  return are_good<Avx512>(padded_text);
}
#endif

StringEnd string_end_portable(const char* padded_begin) {
  return string_end<Portable>(padded_begin);
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

StringEnd find_string_end(const char* padded_begin) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return string_end_avx512(padded_begin);
  if (has_avx2()) return string_end_avx2(padded_begin);
  return string_end_sse2(padded_begin);
#else
  return string_end_portable(padded_begin);
#endif
}

}  // namespace argot::json
