// CRC32C (Castagnoli, RFC 3720 appendix B.4), the checksum of each block of content: it finds bytes
// that a disk returned wrong. It proves nothing against an adversary; SHA-256 does that.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/sink.h"
#include "digest/digest_values.h"

namespace argot::digest {

// The checksum of `bytes`, or, given the checksum of what came `before`, of both together. Uses the
// processor's instruction (SSE4.2) where there is one.
std::uint32_t crc32c(Bytes bytes, std::uint32_t before = 0);

// The same in plain C++: the twin that the fast one is tested against.
std::uint32_t crc32c_portable(Bytes bytes, std::uint32_t before = 0);

// Gathers the checksum of every block, wherever the chunks are cut.
class BlockChecksumSink final : public Sink {
 public:
  // What is stored uses the default; tests take smaller blocks. At least 1.
  explicit BlockChecksumSink(std::uint64_t block_bytes = limits::checksum_block_bytes);

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Only after finish().
  const BlockChecksums& value() const;

 private:
  const std::uint64_t block_bytes_;
  std::uint64_t bytes_in_block_ = 0;
  std::uint32_t checksum_ = 0;
  bool is_finished_ = false;
  BlockChecksums value_;
};

}  // namespace argot::digest
