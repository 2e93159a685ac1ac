#include "files/content.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/assert.h"
#include "base/limits.h"
#include "digest/crc32c.h"

namespace argot::files {
namespace {

// Read in pieces that stay in the processor's cache and need no memory that outlives the call.
constexpr std::size_t read_bytes = 64_KiB;

}  // namespace

Content::Content(catalog::FileWithChecksums row, std::unique_ptr<blob::BlobReader> reader,
                 VerifiedBlocks& verified, Log& log)
    : row_(std::move(row)), reader_(std::move(reader)), verified_(verified), log_(log) {}

std::uint64_t Content::verified_from(std::uint64_t position) {
  ASSERT(position < row_.file.bytes);
  const std::uint64_t block = position / limits::checksum_block_bytes;
  if (!verified_.contains(row_.file.blob, block)) return 0;
  return std::min((block + 1) * limits::checksum_block_bytes, row_.file.bytes) - position;
}

Result<> Content::verify(std::uint64_t position) {
  ASSERT(position < row_.file.bytes);
  const std::uint64_t block = position / limits::checksum_block_bytes;
  const std::uint64_t end = std::min((block + 1) * limits::checksum_block_bytes, row_.file.bytes);

  std::array<std::byte, read_bytes> buffer;  // NOLINT(*-member-init): filled by read()
  std::uint32_t crc = 0;
  for (std::uint64_t at = block * limits::checksum_block_bytes; at < end;) {
    const auto piece = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(read_bytes, end - at)));
    if (const Result<> read = reader_->read(at, piece); !read) {
      const std::string reason = describe(read.error());
      log_.error("alarm_content_unreadable", {{"file", row_.file.id},
                                              {"blob", row_.file.blob.text()},
                                              {"block", block},
                                              {"error", std::string_view(reason)}});
      return read;
    }
    crc = digest::crc32c(piece, crc);
    at += piece.size();
  }
  const auto& expected = row_.checksums.blocks;
  if (block >= expected.size() || crc != expected[block]) {
    log_.error("alarm_content_corrupt",
               {{"file", row_.file.id}, {"blob", row_.file.blob.text()}, {"block", block}});
    return fail(ErrorCode::content_corrupt, row_.file.id);
  }
  verified_.add(row_.file.blob, block);
  return {};
}

}  // namespace argot::files
