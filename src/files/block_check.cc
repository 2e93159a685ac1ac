#include "files/block_check.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/limits.h"
#include "digest/crc32c.h"

namespace argot::files {
namespace {

// Read in pieces that stay in the processor's cache and need no memory that outlives the call.
constexpr std::size_t read_bytes = 64_KiB;

// Of what is opened: the content that is missing was told already, and the others say nothing of
// it.
bool is_alarm(ErrorCode code) {
  return code != ErrorCode::content_missing && code != ErrorCode::file_not_found &&
         code != ErrorCode::overloaded && code != ErrorCode::unavailable;
}

}  // namespace

Result<> check_block(StoredContent& content, const Block& block, digest::Sha256* hash, Log& log) {
  const Stretch& stretch = *block.stretch;
  const std::string& file = content.file().id;
  const auto unreadable = [&](const Error& error) {
    const std::string reason = describe(error);
    log.error("alarm_content_unreadable", {{"file", file},
                                           {"blob", stretch.blob.text()},
                                           {"block", block.index},
                                           {"error", std::string_view(reason)}});
    return fail(error);
  };
  const auto reader = content.open(stretch);
  if (!reader) {
    return is_alarm(reader.error().code) ? unreadable(reader.error()) : fail(reader.error());
  }
  std::array<std::byte, read_bytes> buffer;  // NOLINT(*-member-init): filled by read()
  std::uint32_t crc = 0;
  for (std::uint64_t at = block.begin; at < block.end;) {
    const auto piece = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(read_bytes, block.end - at)));
    if (const Result<> read = (*reader)->read(at - stretch.begin, piece); !read) {
      return unreadable(read.error());
    }
    crc = digest::crc32c(piece, crc);
    if (hash != nullptr) hash->update(piece);
    at += piece.size();
  }
  const auto& expected = stretch.checksums.blocks;
  if (block.index >= expected.size() || crc != expected[block.index]) {
    log.error("alarm_content_corrupt",
              {{"file", file}, {"blob", stretch.blob.text()}, {"block", block.index}});
    return fail(ErrorCode::content_corrupt, file);
  }
  return {};
}

}  // namespace argot::files
