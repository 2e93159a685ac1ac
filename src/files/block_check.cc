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

// What is missing was told already, and the others say nothing of the content.
bool is_alarm(const Error& error) {
  return error.code != ErrorCode::content_missing && error.code != ErrorCode::file_not_found &&
         !says_nothing(error);
}

std::unexpected<Error> note(const Error& error, const StoredContent& content, const Block& block,
                            Log& log) {
  if (is_alarm(error)) {
    const std::string reason = describe(error);
    log.error("alarm_content_unreadable", {{"file", content.file().id},
                                           {"blob", block.stretch->blob.text()},
                                           {"block", block.index},
                                           {"error", std::string_view(reason)}});
  }
  return fail(error);
}

Result<> compare(std::uint32_t crc, const StoredContent& content, const Block& block, Log& log) {
  const auto& expected = block.stretch->checksums.blocks;
  if (block.index < expected.size() && crc == expected[block.index]) return {};
  log.error(
      "alarm_content_corrupt",
      {{"file", content.file().id}, {"blob", block.stretch->blob.text()}, {"block", block.index}});
  return fail(ErrorCode::content_corrupt, content.file().id);
}

}  // namespace

bool says_nothing(const Error& error) {
  return error.code == ErrorCode::overloaded || error.code == ErrorCode::unavailable;
}

Result<blob::BlobReader*> open_block(StoredContent& content, const Block& block, Log& log) {
  Result<blob::BlobReader*> reader = content.open(*block.stretch);
  if (!reader) return note(reader.error(), content, block, log);
  return reader;
}

Result<> check_block(StoredContent& content, const Block& block, digest::Sha256* hash, Log& log) {
  TRY(blob::BlobReader* const reader, open_block(content, block, log));
  std::array<std::byte, read_bytes> buffer;  // NOLINT(*-member-init): filled by read()
  std::uint32_t crc = 0;
  for (std::uint64_t at = block.begin; at < block.end;) {
    const auto piece = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(read_bytes, block.end - at)));
    if (const Result<> read = reader->read(at - block.stretch->begin, piece); !read) {
      return note(read.error(), content, block, log);
    }
    crc = digest::crc32c(piece, crc);
    if (hash != nullptr) hash->update(piece);
    at += piece.size();
  }
  return compare(crc, content, block, log);
}

Result<> load_block(StoredContent& content, const Block& block, MutableBytes bytes, Log& log) {
  ASSERT(bytes.size() == block.end - block.begin);
  TRY(blob::BlobReader* const reader, open_block(content, block, log));
  if (const Result<> read = reader->read(block.begin - block.stretch->begin, bytes); !read) {
    return note(read.error(), content, block, log);
  }
  return compare(digest::crc32c(bytes), content, block, log);
}

}  // namespace argot::files
