// Reads one JSON text (RFC 8259) of bounded size into a Value. Bodies of requests and replies come
// through here; for lines of files there is object_checker.h.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "json/value.h"

namespace argot::json {

struct Bounds {
  std::size_t bytes_max = limits::json_bytes_max;
  std::size_t depth_max = limits::json_depth_max;  // recursion is as deep as this
  std::size_t values_max = limits::json_values_max;
};

// Stricter than the grammar where programs disagree about what a text means. Refused are: a key
// that occurs twice in an object, text that is not UTF-8 (a byte order mark included), an escaped
// surrogate without its other half, a number that does not fit 64 bits or a double.
//
// Error: invalid_request, whose detail says at which byte (counted from 0) what was expected and
// what came.
Result<Value> parse(std::string_view text, const Bounds& bounds = {});

}  // namespace argot::json
