// The rules of the six formats for one record, read as a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/reference_json.h"

namespace argot::testing {

// At a place in the record.
struct RecordProblem {
  std::string code;
  std::string pointer;
  std::size_t offset = 0;
};

// What a request of a batch says, where it can be used.
struct RecordText {
  std::string text;
  std::size_t offset = 0;
};

struct RecordFindings {
  std::vector<RecordProblem> problems;
  std::map<std::string, std::uint64_t> roles;
  std::uint64_t tools = 0;
  std::uint64_t tool_calls = 0;
  std::optional<RecordText> custom_id;
  std::optional<RecordText> url;
  std::optional<RecordText> model;
};

// Of a record that is an object. `format` may be empty: then any object is right.
RecordFindings check_record(const ReferenceValue& record, std::string_view format);

// What a record looks like, from its outermost keys and its messages. Empty: like none of the six.
std::string format_of(const ReferenceValue& record, const std::set<std::string>& wanted);

}  // namespace argot::testing
