// The compression function of SHA-256 (FIPS 180-4, section 6.2.2) with the processor's
// instructions, for one hash or for two that go over the same blocks: each instruction waits for
// the one before it, so that the second hash fits into the gaps of the first.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace argot::digest {

inline constexpr std::size_t sha256_block_bytes = 64;

// The words a to h; of a hash of nothing (FIPS 180-4, section 5.3.3).
struct Sha256State {
  std::array<std::uint32_t, 8> words{0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU,
                                     0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U};
};

// Whether this processor has the instructions (SHA extensions of x86); else nobody may call what
// follows.
bool has_sha256_instructions();

// `blocks` are whole ones.
void compress(Sha256State& state, Bytes blocks);
void compress_both(Sha256State& first, Sha256State& second, Bytes blocks);

}  // namespace argot::digest
