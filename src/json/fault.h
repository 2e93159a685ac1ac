// Where a text stops being JSON, for messages about lines of files: slower than finding out that it
// does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "json/object_checker.h"

namespace argot::json {

enum class FaultKind {
  utf8,   // bytes that are no UTF-8
  depth,  // nested deeper than limits::jsonl_depth_max
  grammar,
};

struct Fault {
  FaultKind kind = FaultKind::grammar;
  std::size_t offset = 0;  // in bytes; the length of the text if it ends too early
  std::string expected;    // "',' or '}'"
  std::string got;         // "']'", "the byte 0x01", "the end of the line"
};

// Nothing if the text is one value as `root` asks, and UTF-8. Bytes that are not UTF-8 are told
// before all else.
std::optional<Fault> find_fault(std::string_view text, Root root);

}  // namespace argot::json
