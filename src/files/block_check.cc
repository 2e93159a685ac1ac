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

Result<> read_piece(const catalog::File& file, blob::BlobReader& reader, std::uint64_t at,
                    MutableBytes piece, Log& log) {
  const Result<> read = reader.read(at, piece);
  if (read) return read;
  // Neither says anything of the content: who opens it again is told, and the store tells as well.
  const ErrorCode code = read.error().code;
  if (code == ErrorCode::unavailable || code == ErrorCode::content_missing) return read;
  const std::string reason = describe(read.error());
  log.error("alarm_content_unreadable", {{"file", file.id},
                                         {"blob", file.blob.text()},
                                         {"block", at / limits::checksum_block_bytes},
                                         {"error", std::string_view(reason)}});
  return read;
}

Result<> compare(const catalog::FileWithChecksums& row, std::uint64_t block, std::uint32_t crc,
                 Log& log) {
  const auto& expected = row.checksums.blocks;
  if (block < expected.size() && crc == expected[block]) return {};
  log.error("alarm_content_corrupt",
            {{"file", row.file.id}, {"blob", row.file.blob.text()}, {"block", block}});
  return fail(ErrorCode::content_corrupt, row.file.id);
}

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
    TRY_DO(read_piece(file, reader, at, piece, log));
    crc = digest::crc32c(piece, crc);
    if (hash != nullptr) hash->update(piece);
    at += piece.size();
  }
  return compare(row, block, crc, log);
}

Result<> load_block(const catalog::FileWithChecksums& row, blob::BlobReader& reader,
                    std::uint64_t begin, MutableBytes block, Log& log) {
  ASSERT(begin % limits::checksum_block_bytes == 0 && begin < row.file.bytes);
  ASSERT(block.size() == std::min(limits::checksum_block_bytes, row.file.bytes - begin));
  TRY_DO(read_piece(row.file, reader, begin, block, log));
  return compare(row, begin / limits::checksum_block_bytes, digest::crc32c(block), log);
}

}  // namespace argot::files
