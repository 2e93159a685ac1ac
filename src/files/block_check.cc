#include "files/block_check.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/assert.h"
#include "base/limits.h"
#include "digest/crc32c.h"

namespace argot::files {
namespace {

// Read in pieces that stay in the processor's cache and need no memory that outlives the call.
constexpr std::size_t read_bytes = 64_KiB;

}  // namespace

Result<> check_block(const catalog::FileWithChecksums& row, blob::BlobReader& reader,
                     std::uint64_t position, digest::Sha256* hash, Log& log) {
  const catalog::File& file = row.file;
  ASSERT(position < file.bytes);
  const std::uint64_t block = position / limits::checksum_block_bytes;
  const std::uint64_t end = std::min((block + 1) * limits::checksum_block_bytes, file.bytes);

  std::array<std::byte, read_bytes> buffer;  // NOLINT(*-member-init): filled by read()
  std::uint32_t crc = 0;
  for (std::uint64_t at = block * limits::checksum_block_bytes; at < end;) {
    const auto piece = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(read_bytes, end - at)));
    if (const Result<> read = reader.read(at, piece); !read) {
      const std::string reason = describe(read.error());
      log.error("alarm_content_unreadable", {{"file", file.id},
                                             {"blob", file.blob.text()},
                                             {"block", block},
                                             {"error", std::string_view(reason)}});
      return read;
    }
    crc = digest::crc32c(piece, crc);
    if (hash != nullptr) hash->update(piece);
    at += piece.size();
  }
  const auto& expected = row.checksums.blocks;
  if (block >= expected.size() || crc != expected[block]) {
    log.error("alarm_content_corrupt",
              {{"file", file.id}, {"blob", file.blob.text()}, {"block", block}});
    return fail(ErrorCode::content_corrupt, file.id);
  }
  return {};
}

}  // namespace argot::files
