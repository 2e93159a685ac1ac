// SHA-256 of some content as a whole and of each part that it is sent in, in one pass. On
// processors with instructions for SHA-256 both together cost what one of them does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "digest/digest_values.h"
#include "digest/sha256.h"
#include "digest/sha256_blocks.h"

namespace argot::digest {

enum class PartHashes : std::uint8_t { wanted, unwanted };

// Parts may have any size; but both hashes go in step only while each part that ended had a
// multiple of 64 bytes. Not thread-safe.
class PartedSha256 {
 public:
  // With its parts unwanted it is as good as a Sha256. Tests say `false` for what is done where the
  // processor has no instructions.
  explicit PartedSha256(PartHashes parts, bool may_use_instructions = true);

  void update(Bytes bytes);

  // The digest of everything since the start or the last finish_part(). Only where parts are
  // wanted.
  Sha256Value finish_part();

  // The digest of everything. After it only the last part may be finished.
  Sha256Value finish();

 private:
  // The hash of a text that goes on.
  struct Chain {
    Sha256State state;
    std::uint64_t bytes = 0;
    std::array<std::byte, sha256_block_bytes> begun{};  // the block that is not whole yet

    std::size_t begun_bytes() const { return bytes % sha256_block_bytes; }
  };

  // Into all of them, which are at the same place of a block.
  template <std::size_t chain_count>
  static void add(const std::array<Chain*, chain_count>& chains, Bytes bytes);
  static Sha256Value finish(Chain& chain);

  const PartHashes parts_;
  Chain whole_;
  Chain part_;
  // Where the chains are not used.
  std::optional<Sha256> library_whole_;
  std::optional<Sha256> library_part_;
};

}  // namespace argot::digest
