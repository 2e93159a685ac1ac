#include "files/content.h"

#include "base/assert.h"
#include "files/block_check.h"

namespace argot::files {
namespace {

// As many as take about a millisecond.
constexpr int blocks_at_once = 4;

}  // namespace

Result<> Content::open() {
  TRY_DO(stored_->open(stored_->layout().first()));
  return {};
}

ContentRegion Content::region_at(std::uint64_t position) const {
  const Block block = stored_->layout().block_at(position);
  const blob::BlobReader* const reader = stored_->opened(*block.stretch);
  ASSERT(reader != nullptr);  // else nothing there is ready
  return {.descriptor = reader->descriptor(), .offset = position - block.stretch->begin};
}

std::uint64_t Content::verified_from(std::uint64_t position) {
  const Block block = stored_->layout().block_at(position);
  const blob::BlobReader* const reader = stored_->opened(*block.stretch);
  if (reader == nullptr) return 0;
  if (reader->descriptor() < 0) return bytes_at(position).size();
  if (!is_verified(block)) return 0;
  ready_begin_ = block.begin;
  return block.end - position;
}

Result<> Content::verify(std::uint64_t position, std::uint64_t end) {
  const Layout& layout = stored_->layout();
  Block block = layout.block_at(position);
  if (failure_ && failed_begin_ == block.begin) return std::unexpected(*failure_);
  TRY(const blob::BlobReader* const reader, open_block(*stored_, block, log_));
  if (reader->descriptor() < 0) return load(block, end);
  if (ready_begin_ == block.begin) verified_.forget(block.stretch->blob);
  if (!is_verified(block)) {
    TRY_DO(check_block(*stored_, block, nullptr, log_));
    verified_.add(block.stretch->blob, block.index);
  }
  for (int count = 1; count < blocks_at_once; ++count) {
    if (block.end >= end || block.end >= layout.bytes()) break;
    const Block next = layout.block_at(block.end);
    // To open another blob would close this one, which is not sent yet.
    if (next.stretch != block.stretch || is_verified(next)) break;
    block = next;
    if (const Result<> checked = check_block(*stored_, block, nullptr, log_); !checked) {
      failed_begin_ = block.begin;
      failure_ = checked.error();
      break;
    }
    verified_.add(block.stretch->blob, block.index);
  }
  return {};
}

Bytes Content::bytes_at(std::uint64_t position) const {
  const bool is_there = position >= block_begin_ && position - block_begin_ < block_.size();
  return is_there ? Bytes(block_).subspan(position - block_begin_) : Bytes();
}

Result<> Content::load(const Block& block, std::uint64_t end) {
  const Block last = stored_->layout().block_at(end - 1);
  const std::uint64_t stretch_end =
      last.stretch == block.stretch ? last.end - block.stretch->begin : block.stretch->bytes;
  stored_->opened(*block.stretch)->expect_end(stretch_end);
  block_.resize(block.end - block.begin);
  if (Result<> loaded = load_block(*stored_, block, block_, log_); !loaded) {
    block_.clear();
    return loaded;
  }
  block_begin_ = block.begin;
  return {};
}

}  // namespace argot::files
