// What is wrong with a JSONL file, found the slow and obvious way: the whole file at once, each
// line as a tree, the rules one after the other as they are published. Tests and fuzzers hold
// jsonl::Inspector against it. Knows nothing of src/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace argot::testing {

struct ReferenceProblem {
  std::string severity;  // "error" or "warning"
  std::string code;
  std::uint64_t line = 0;    // 0 for problems of the whole file
  std::uint64_t column = 0;  // from 1, in bytes
  std::uint64_t offset = 0;  // in the file
  std::string pointer;
};

// What the file should be. Formats are called as on the command line: "chat", "batch".
struct ReferenceOptions {
  std::set<std::string> formats;
  std::optional<std::string> fallback;
  std::optional<std::string> forced;
  bool stops_unless_object = false;
  std::size_t line_bytes_max = 0;
};

struct ReferenceReport {
  std::vector<ReferenceProblem> problems;  // in no order
  bool is_utf8 = true;
  std::string first_record = "none";  // or "object", or "other"
  std::string format;                 // empty where it is none of the six
  std::vector<std::uint64_t> record_bytes;
  std::map<std::string, std::uint64_t> roles;
  std::uint64_t tools = 0;
  std::uint64_t tool_calls = 0;
  std::map<std::string, std::uint64_t> models;
  std::map<std::string, std::uint64_t> endpoints;
};

// Takes lines with at most 65,536 keys only.
ReferenceReport reference_check(std::string_view file, const ReferenceOptions& options);

}  // namespace argot::testing
