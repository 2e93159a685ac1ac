// The Range header against content of a known size (RFC 9110 section 14): one range or everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::http {

// Lies within the content and is not empty.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// The range that a Range header asks for. Nothing means that the header is to be ignored and all of
// the content sent: several ranges, another unit, a malformed value. Error: range_not_satisfiable.
Result<std::optional<ByteRange>> parse_range(std::string_view value, std::uint64_t size);

// The Content-Range of a 206: "bytes 0-499/1234".
std::string content_range(const ByteRange& range, std::uint64_t size);

// The Content-Range of a 416: "bytes */1234".
std::string unsatisfied_content_range(std::uint64_t size);

}  // namespace argot::http
