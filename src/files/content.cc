#include "files/content.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "files/block_check.h"

namespace argot::files {
namespace {

// As many as take about a millisecond.
constexpr std::uint64_t blocks_at_once = 4;

}  // namespace

Content::Content(catalog::FileWithChecksums row, std::unique_ptr<blob::BlobReader> reader,
                 VerifiedBlocks& verified, Log& log)
    : row_(std::move(row)), reader_(std::move(reader)), verified_(verified), log_(log) {}

std::uint64_t Content::verified_from(std::uint64_t position) {
  ASSERT(position < row_.file.bytes);
  if (descriptor() < 0) return bytes_at(position).size();
  const std::uint64_t block = position / limits::checksum_block_bytes;
  if (!verified_.contains(row_.file.blob, block)) return 0;
  return std::min((block + 1) * limits::checksum_block_bytes, row_.file.bytes) - position;
}

Result<> Content::verify(std::uint64_t position, std::uint64_t end) {
  if (descriptor() < 0) return load(position);
  const std::uint64_t first = position / limits::checksum_block_bytes;
  if (failure_ && failed_block_ == first) return std::unexpected(*failure_);
  for (std::uint64_t block = first; block < first + blocks_at_once; ++block) {
    const std::uint64_t begin = block * limits::checksum_block_bytes;
    const bool is_wanted = begin < end && !verified_.contains(row_.file.blob, block);
    if (block > first && !is_wanted) break;
    const Result<> checked = check_block(row_, *reader_, begin, nullptr, log_);
    if (!checked && block == first) return checked;
    if (!checked) {
      failed_block_ = block;
      failure_ = checked.error();
      break;
    }
    verified_.add(row_.file.blob, block);
  }
  return {};
}

Bytes Content::bytes_at(std::uint64_t position) const {
  const bool is_there = position >= block_begin_ && position - block_begin_ < block_.size();
  return is_there ? Bytes(block_).subspan(position - block_begin_) : Bytes();
}

Result<> Content::load(std::uint64_t position) {
  const std::uint64_t begin = position - position % limits::checksum_block_bytes;
  block_.resize(std::min(limits::checksum_block_bytes, row_.file.bytes - begin));
  if (Result<> loaded = load_block(row_, *reader_, begin, block_, log_); !loaded) {
    block_.clear();
    return loaded;
  }
  block_begin_ = begin;
  return {};
}

}  // namespace argot::files
