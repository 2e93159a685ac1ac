#include "files/content.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "files/block_check.h"

namespace argot::files {

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
  TRY_DO(check_block(row_, *reader_, position, nullptr, log_));
  verified_.add(row_.file.blob, position / limits::checksum_block_bytes);
  return {};
}

}  // namespace argot::files
