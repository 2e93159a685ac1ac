// A file's content, or one range of it, in the form that a connection sends.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "files/content.h"
#include "http/file_content.h"
#include "http/range.h"

namespace argot::api {

// Not thread-safe.
class RangedContent final : public http::FileContent {
 public:
  // `range` lies within the content and is not empty.
  RangedContent(std::unique_ptr<files::Content> content, http::ByteRange range)
      : content_(std::move(content)), range_(range) {
    ASSERT(range.length > 0 && range.offset < content_->file().bytes &&
           range.length <= content_->file().bytes - range.offset);
  }

  http::FileRegion region_at(std::uint64_t position) const override {
    const files::ContentRegion region = content_->region_at(range_.offset + position);
    return {.descriptor = region.descriptor, .offset = region.offset};
  }
  std::uint64_t size() const override { return range_.length; }

  std::uint64_t ready_from(std::uint64_t position) override {
    ASSERT(position < range_.length);
    return std::min(content_->verified_from(range_.offset + position), range_.length - position);
  }

  Bytes bytes_at(std::uint64_t position) const override {
    ASSERT(position < range_.length);
    const Bytes bytes = content_->bytes_at(range_.offset + position);
    return bytes.first(std::min<std::uint64_t>(bytes.size(), range_.length - position));
  }

  Result<> prepare(std::uint64_t position) override {
    ASSERT(position < range_.length);
    return content_->verify(range_.offset + position, range_.offset + range_.length);
  }

 private:
  std::unique_ptr<files::Content> content_;
  http::ByteRange range_;
};

}  // namespace argot::api
