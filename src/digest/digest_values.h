// Digests as values: what the catalogue stores and the wire shows.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"

namespace argot::digest {

struct Sha256Value {
  std::array<std::byte, 32> bytes{};

  std::string hex() const;
  static std::optional<Sha256Value> from_bytes(Bytes bytes);

  friend bool operator==(const Sha256Value&, const Sha256Value&) = default;
};

// One CRC32C (Castagnoli, RFC 3720 appendix B.4) for each limits::checksum_block_bytes of content,
// the last block being as long as it is. Content of no bytes has no blocks.
struct BlockChecksums {
  std::vector<std::uint32_t> blocks;

  // Four bytes a block, least significant first.
  std::vector<std::byte> packed() const;
  static std::optional<BlockChecksums> from_packed(Bytes packed);

  friend bool operator==(const BlockChecksums&, const BlockChecksums&) = default;
};

}  // namespace argot::digest
