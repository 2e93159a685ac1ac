#include "digest/sha256_blocks.h"

#include "base/assert.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace argot::digest {

#if defined(__x86_64__)

namespace {

#define ARGOT_SHA [[gnu::target("sha,ssse3,sse4.1")]]

// FIPS 180-4, section 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> round_constants{
    0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U,
    0xAB1C5ED5U, 0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU,
    0x9BDC06A7U, 0xC19BF174U, 0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU,
    0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU, 0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U,
    0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U, 0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU,
    0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U, 0xA2BFE8A1U, 0xA81A664BU,
    0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U, 0x19A4C116U,
    0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
    0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U,
    0xC67178F2U};

// The words of a state in the two registers that the instructions take.
struct Registers {
  __m128i abef;
  __m128i cdgh;
};

int word(const Sha256State& state, std::size_t place) {
  return static_cast<int>(state.words[place]);
}

Registers registers_of(const Sha256State& state) {
  return {
      .abef = _mm_set_epi32(word(state, 0), word(state, 1), word(state, 4), word(state, 5)),
      .cdgh = _mm_set_epi32(word(state, 2), word(state, 3), word(state, 6), word(state, 7)),
  };
}

Sha256State state_of(const Registers& registers) {
  std::array<std::uint32_t, 4> feba{};
  std::array<std::uint32_t, 4> hgdc{};
  _mm_storeu_si128(reinterpret_cast<__m128i*>(feba.data()), registers.abef);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(hgdc.data()), registers.cdgh);
  return {.words = {feba[3], feba[2], hgdc[3], hgdc[2], feba[1], feba[0], hgdc[1], hgdc[0]}};
}

// Sixteen words of the schedule, the oldest first.
struct Words {
  __m128i first;
  __m128i second;
  __m128i third;
  __m128i fourth;
};

ARGOT_SHA Words words_of(const std::byte* block) {
  const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  const auto* const at = reinterpret_cast<const __m128i*>(block);
  return {.first = _mm_shuffle_epi8(_mm_loadu_si128(at), big_endian),
          .second = _mm_shuffle_epi8(_mm_loadu_si128(at + 1), big_endian),
          .third = _mm_shuffle_epi8(_mm_loadu_si128(at + 2), big_endian),
          .fourth = _mm_shuffle_epi8(_mm_loadu_si128(at + 3), big_endian)};
}

// The four words that follow.
ARGOT_SHA __m128i next_of(const Words& words) {
  const __m128i sum =
      _mm_add_epi32(_mm_sha256msg1_epu32(words.first, words.second),
                    _mm_alignr_epi8(words.fourth, words.third, sizeof(std::uint32_t)));
  return _mm_sha256msg2_epu32(sum, words.fourth);
}

// One block into each of the hashes, in step: the schedule is the same for all.
template <std::size_t hash_count>
ARGOT_SHA void compress_block(std::array<Registers, hash_count>& hashes, const std::byte* block) {
  const std::array<Registers, hash_count> before = hashes;
  Words words = words_of(block);
  // Four rounds a turn. Unrolled, so that words change their names and not their registers.
#pragma GCC unroll 16
  for (std::size_t turn = 0; turn < 16; ++turn) {
    const auto* const constants =
        reinterpret_cast<const __m128i*>(round_constants.data() + 4 * turn);
    const __m128i low = _mm_add_epi32(words.first, _mm_load_si128(constants));
    const __m128i high = _mm_unpackhi_epi64(low, low);
    // Two rounds make CDGH of ABEF, and give the new ABEF; so the registers change their parts, and
    // have them back after four.
    for (Registers& hash : hashes) hash.cdgh = _mm_sha256rnds2_epu32(hash.cdgh, hash.abef, low);
    for (Registers& hash : hashes) hash.abef = _mm_sha256rnds2_epu32(hash.abef, hash.cdgh, high);
    const __m128i next = turn < 12 ? next_of(words) : words.first;  // there are 64 words
    words = {.first = words.second, .second = words.third, .third = words.fourth, .fourth = next};
  }
  for (std::size_t i = 0; i < hash_count; ++i) {
    hashes[i].abef = _mm_add_epi32(hashes[i].abef, before[i].abef);
    hashes[i].cdgh = _mm_add_epi32(hashes[i].cdgh, before[i].cdgh);
  }
}

template <std::size_t hash_count>
ARGOT_SHA void compress_all(std::array<Registers, hash_count>& hashes, Bytes blocks) {
  ASSERT(blocks.size() % sha256_block_bytes == 0);
  std::array<Registers, hash_count> local = hashes;  // nobody else's, so that it stays in registers
  for (std::size_t at = 0; at < blocks.size(); at += sha256_block_bytes) {
    compress_block(local, blocks.data() + at);
  }
  hashes = local;
}

}  // namespace

bool has_sha256_instructions() {
  static const bool has_them = [] {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    return __builtin_cpu_supports("ssse3") != 0 && __builtin_cpu_supports("sse4.1") != 0 &&
           __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & bit_SHA) != 0;
  }();
  return has_them;
}

void compress(Sha256State& state, Bytes blocks) {
  std::array<Registers, 1> hashes{registers_of(state)};
  compress_all(hashes, blocks);
  state = state_of(hashes[0]);
}

void compress_both(Sha256State& first, Sha256State& second, Bytes blocks) {
  std::array<Registers, 2> hashes{registers_of(first), registers_of(second)};
  compress_all(hashes, blocks);
  first = state_of(hashes[0]);
  second = state_of(hashes[1]);
}

#else

bool has_sha256_instructions() { return false; }
void compress(Sha256State& /*state*/, Bytes /*blocks*/) { ASSERT(has_sha256_instructions()); }
void compress_both(Sha256State& /*first*/, Sha256State& /*second*/, Bytes /*blocks*/) {
  ASSERT(has_sha256_instructions());
}

#endif

}  // namespace argot::digest
