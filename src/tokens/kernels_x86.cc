// The kernels in the vector instructions of x86. Each function is built for its own
// processor by an attribute, so that none of these instructions gets into code that all share.

#include "tokens/kernels.h"

#ifdef __x86_64__

#include <immintrin.h>

#include <bit>

namespace argot::tokens {
namespace {

constexpr char case_bit = 0x20;

// The last byte of an entry holds the piece's length and, in its lower half, the count.
constexpr std::int64_t key_mask = ~(std::int64_t{15} << 56U);

// From a bit for each word of a set that equals the key's: the count of the entry whose words are
// both equal; 0 where there is none.
inline unsigned count_of(const ShortPieces::Set& set, unsigned equal_words) {
  const unsigned found = equal_words & equal_words >> 1U & 0x55U;
  const auto word = static_cast<unsigned>(std::countr_zero(found | 0x40U));
  const unsigned count = set.entries[word / 2][1] >> 56U & 15U;
  return found != 0 ? count : 0;
}

// --- SSE2, which every x86-64 has: four times 16 bytes.

std::uint64_t mask_sse2(__m128i matches) {
  return static_cast<std::uint16_t>(_mm_movemask_epi8(matches));
}
std::uint64_t equal_sse2(__m128i bytes, char byte) {
  return mask_sse2(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte)));
}
std::uint64_t within_sse2(__m128i bytes, char first, char last) {
  const __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
  const __m128i most = _mm_set1_epi8(static_cast<char>(last - first));
  return mask_sse2(_mm_cmpeq_epi8(_mm_min_epu8(offset, most), offset));
}

void classify_sse2(const char* bytes, WindowMasks& masks) {
  masks = {};
  for (unsigned at = 0; at < window_bytes; at += 16) {
    const __m128i loaded = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + at));
    const __m128i lowered = _mm_or_si128(loaded, _mm_set1_epi8(case_bit));
    const std::uint64_t newlines = equal_sse2(loaded, '\n') | equal_sse2(loaded, '\r');
    masks.letters |= within_sse2(lowered, 'a', 'z') << at;
    masks.capitals |= within_sse2(loaded, 'A', 'Z') << at;
    masks.digits |= within_sse2(loaded, '0', '9') << at;
    masks.spaces |= equal_sse2(loaded, ' ') << at;
    masks.tabs |= (within_sse2(loaded, '\t', '\r') & ~newlines) << at;
    masks.newlines |= newlines << at;
    masks.high |= mask_sse2(loaded) << at;
    masks.quotes |= equal_sse2(loaded, '\'') << at;
    masks.slashes |= equal_sse2(loaded, '/') << at;
  }
}

unsigned equal_words_sse2(const ShortPieces::Set& set, const ShortPieces::Key& key) {
  const __m128i wanted = _mm_loadu_si128(reinterpret_cast<const __m128i*>(key.text.data()));
  const __m128i kept = _mm_set_epi64x(key_mask, -1);
  unsigned equal = 0;
#pragma GCC unroll 4
  for (unsigned way = 0; way < 4; ++way) {
    const __m128i entry = _mm_load_si128(reinterpret_cast<const __m128i*>(&set.entries[way]));
    const __m128i same = _mm_cmpeq_epi8(_mm_and_si128(entry, kept), wanted);
    equal |= (_mm_movemask_epi8(same) == 0xFFFF ? 3U : 0U) << (2 * way);
  }
  return equal;
}

std::uint64_t look_up_sse2(const ShortPieces::Set* sets, std::span<const WaitingPiece> pieces,
                           std::span<std::uint32_t> unknown, std::size_t& unknown_count) {
  std::uint64_t sum = 0;
  for (std::uint32_t at = 0; at < pieces.size(); ++at) {
    const ShortPieces::Key& key = pieces[at].key;
    const unsigned count = count_of(sets[key.set], equal_words_sse2(sets[key.set], key));
    sum += count;
    unknown[unknown_count] = at;
    unknown_count += count == 0 ? 1 : 0;
  }
  return sum;
}

// --- AVX2: twice 32 bytes.

#define ARGOT_AVX2 [[gnu::target("avx2")]]

ARGOT_AVX2 inline std::uint64_t mask_avx2(__m256i matches) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(matches));
}
ARGOT_AVX2 inline std::uint64_t equal_avx2(__m256i bytes, char byte) {
  return mask_avx2(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(byte)));
}
ARGOT_AVX2 inline std::uint64_t within_avx2(__m256i bytes, char first, char last) {
  const __m256i offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(last - first));
  return mask_avx2(_mm256_cmpeq_epi8(_mm256_min_epu8(offset, most), offset));
}

ARGOT_AVX2 void classify_avx2(const char* bytes, WindowMasks& masks) {
  masks = {};
  for (unsigned at = 0; at < window_bytes; at += 32) {
    const __m256i loaded = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes + at));
    const __m256i lowered = _mm256_or_si256(loaded, _mm256_set1_epi8(case_bit));
    const std::uint64_t newlines = equal_avx2(loaded, '\n') | equal_avx2(loaded, '\r');
    masks.letters |= within_avx2(lowered, 'a', 'z') << at;
    masks.capitals |= within_avx2(loaded, 'A', 'Z') << at;
    masks.digits |= within_avx2(loaded, '0', '9') << at;
    masks.spaces |= equal_avx2(loaded, ' ') << at;
    masks.tabs |= (within_avx2(loaded, '\t', '\r') & ~newlines) << at;
    masks.newlines |= newlines << at;
    masks.high |= mask_avx2(loaded) << at;
    masks.quotes |= equal_avx2(loaded, '\'') << at;
    masks.slashes |= equal_avx2(loaded, '/') << at;
  }
}

ARGOT_AVX2 inline unsigned equal_words_avx2(const ShortPieces::Set& set,
                                            const ShortPieces::Key& key) {
  const __m256i wanted = _mm256_broadcastsi128_si256(
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(key.text.data())));
  const __m256i kept = _mm256_set_epi64x(key_mask, -1, key_mask, -1);
  const __m256i first = _mm256_load_si256(reinterpret_cast<const __m256i*>(&set.entries[0]));
  const __m256i second = _mm256_load_si256(reinterpret_cast<const __m256i*>(&set.entries[2]));
  const __m256i same_first = _mm256_cmpeq_epi64(_mm256_and_si256(first, kept), wanted);
  const __m256i same_second = _mm256_cmpeq_epi64(_mm256_and_si256(second, kept), wanted);
  return static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(same_first))) |
         static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(same_second))) << 4U;
}

ARGOT_AVX2 std::uint64_t look_up_avx2(const ShortPieces::Set* sets,
                                      std::span<const WaitingPiece> pieces,
                                      std::span<std::uint32_t> unknown,
                                      std::size_t& unknown_count) {
  std::uint64_t sum = 0;
  for (std::uint32_t at = 0; at < pieces.size(); ++at) {
    const ShortPieces::Key& key = pieces[at].key;
    const unsigned count = count_of(sets[key.set], equal_words_avx2(sets[key.set], key));
    sum += count;
    unknown[unknown_count] = at;
    unknown_count += count == 0 ? 1 : 0;
  }
  return sum;
}

// --- AVX-512BW: all 64 bytes, and compares that give masks.

#define ARGOT_AVX512 [[gnu::target("avx512f,avx512bw")]]

ARGOT_AVX512 inline std::uint64_t equal_avx512(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}
ARGOT_AVX512 inline std::uint64_t within_avx512(__m512i bytes, char first, char last) {
  const __m512i offset = _mm512_sub_epi8(bytes, _mm512_set1_epi8(first));
  return _mm512_cmple_epu8_mask(offset, _mm512_set1_epi8(static_cast<char>(last - first)));
}

ARGOT_AVX512 void classify_avx512(const char* bytes, WindowMasks& masks) {
  const __m512i loaded = _mm512_loadu_si512(bytes);
  const __m512i lowered = _mm512_or_si512(loaded, _mm512_set1_epi8(case_bit));
  masks.letters = within_avx512(lowered, 'a', 'z');
  masks.capitals = within_avx512(loaded, 'A', 'Z');
  masks.digits = within_avx512(loaded, '0', '9');
  masks.spaces = equal_avx512(loaded, ' ');
  masks.newlines = equal_avx512(loaded, '\n') | equal_avx512(loaded, '\r');
  masks.tabs = within_avx512(loaded, '\t', '\r') & ~masks.newlines;
  masks.high = _mm512_movepi8_mask(loaded);
  masks.quotes = equal_avx512(loaded, '\'');
  masks.slashes = equal_avx512(loaded, '/');
}

ARGOT_AVX512 inline unsigned equal_words_avx512(const ShortPieces::Set& set,
                                                const ShortPieces::Key& key) {
  const __m512i wanted = _mm512_maskz_broadcast_i32x4(
      0xFFFF, _mm_loadu_si128(reinterpret_cast<const __m128i*>(key.text.data())));
  const __m512i kept = _mm512_set_epi64(key_mask, -1, key_mask, -1, key_mask, -1, key_mask, -1);
  return _mm512_cmpeq_epi64_mask(_mm512_and_si512(_mm512_load_si512(&set), kept), wanted);
}

ARGOT_AVX512 std::uint64_t look_up_avx512(const ShortPieces::Set* sets,
                                          std::span<const WaitingPiece> pieces,
                                          std::span<std::uint32_t> unknown,
                                          std::size_t& unknown_count) {
  std::uint64_t sum = 0;
  for (std::uint32_t at = 0; at < pieces.size(); ++at) {
    const ShortPieces::Key& key = pieces[at].key;
    const unsigned count = count_of(sets[key.set], equal_words_avx512(sets[key.set], key));
    sum += count;
    unknown[unknown_count] = at;
    unknown_count += count == 0 ? 1 : 0;
  }
  return sum;
}

}  // namespace

std::vector<Kernels> kernels() {
  std::vector<Kernels> kernels;
  if (__builtin_cpu_supports("avx512bw")) {
    kernels.push_back({.name = "avx512", .classify = classify_avx512, .look_up = look_up_avx512});
  }
  if (__builtin_cpu_supports("avx2")) {
    kernels.push_back({.name = "avx2", .classify = classify_avx2, .look_up = look_up_avx2});
  }
  kernels.push_back({.name = "sse2", .classify = classify_sse2, .look_up = look_up_sse2});
  kernels.push_back(portable_kernels());
  return kernels;
}

}  // namespace argot::tokens

#else

namespace argot::tokens {

std::vector<Kernels> kernels() { return {portable_kernels()}; }

}  // namespace argot::tokens

#endif
