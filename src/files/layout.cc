#include "files/layout.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"

namespace argot::files {

Layout::Layout(const catalog::FileWithChecksums& file)
    : stretches_{{.blob = file.file.blob,
                  .begin = 0,
                  .bytes = file.file.bytes,
                  .checksums = file.checksums}} {}

Layout::Layout(std::vector<catalog::ContentPart> parts) {
  ASSERT(!parts.empty());
  std::uint64_t begin = 0;
  for (catalog::ContentPart& part : parts) {
    ASSERT(part.bytes > 0);
    stretches_.push_back({.blob = std::move(part.blob),
                          .begin = begin,
                          .bytes = part.bytes,
                          .checksums = std::move(part.checksums)});
    begin += part.bytes;
  }
}

std::uint64_t Layout::bytes() const { return stretches_.back().begin + stretches_.back().bytes; }

Block Layout::block_at(std::uint64_t position) const {
  ASSERT(position < bytes());
  // The last one that begins at the position or before it.
  const auto behind = std::ranges::upper_bound(stretches_, position, {}, &Stretch::begin);
  const Stretch& stretch = *std::prev(behind);
  const std::uint64_t index = (position - stretch.begin) / limits::checksum_block_bytes;
  const std::uint64_t begin = stretch.begin + index * limits::checksum_block_bytes;
  return {.stretch = &stretch,
          .index = static_cast<std::size_t>(index),
          .begin = begin,
          .end = std::min(begin + limits::checksum_block_bytes, stretch.begin + stretch.bytes)};
}

}  // namespace argot::files
