// One line read as JSON by another library than ours, with the place of each value, or with the
// place where it stops being JSON. Slow, and written to be seen to be right: src/jsonl is held
// against it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace argot::testing {

enum class ReferenceKind { object, array, string, number, boolean, null };

struct ReferenceMember;

struct ReferenceValue {
  ReferenceKind kind = ReferenceKind::null;
  std::size_t offset = 0;  // in the line, in bytes
  std::string text;        // what a string means; a number, true and false as they are written
  // Of an object in the order of the line, those that come again included; the items of an array
  // have their numbers as keys.
  std::vector<ReferenceMember> members;
};

struct ReferenceMember {
  std::string key;             // what it means, escapes undone
  std::size_t key_offset = 0;  // of the first byte behind its quote
  ReferenceValue value;
};

struct ReferenceFault {
  enum class Kind { utf8, depth, grammar };
  Kind kind = Kind::grammar;
  std::size_t offset = 0;  // of the first byte that no JSON can have there
};

// Numbers may be of any size, as long as they have fewer than 4,000 digits. Deeper than `depth_max`
// levels is a fault.
std::variant<ReferenceValue, ReferenceFault> reference_parse(std::string_view line,
                                                             std::size_t depth_max);

// How many bytes at the start of `text` are UTF-8 (RFC 3629 section 4).
std::size_t reference_utf8_bytes(std::string_view text);

}  // namespace argot::testing
