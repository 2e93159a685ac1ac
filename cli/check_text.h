// What `argot check` says of a file, in the form that editors know from compilers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/check_file.h"
#include "jsonl/problem_log.h"
#include "policy/file_report.h"

namespace argot::cli {

// A line for each problem that is listed: "train.jsonl:3:17: error: missing_content: Expected ...",
// without line and column where it is the whole file's. `path` goes out as it is.
std::string problem_lines(std::string_view path, const jsonl::ProblemLog& problems);

// One line about the whole, without its end: "train.jsonl: 120 chat examples, 34 KB: no problems".
std::string summary_line(std::string_view path, const CheckedFile& checked);

// One more line, where tokens were counted that somebody asked for, or why they were not:
// "train.jsonl: 5321 tokens (o200k_base): 12 to 99 a record, 44 on average, at most 90 in 95 % of
// them". Else empty.
std::string tokens_line(std::string_view path, const policy::FileReport& report);

// What all files together came to.
struct CheckTotals {
  std::size_t files = 0;
  std::size_t with_problems = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;
  std::optional<std::uint64_t> tokens;  // nothing: nobody asked

  void add(const jsonl::ProblemLog& problems);
  // Beside the problems, where somebody asked.
  void add_tokens(const policy::FileReport& report);
};

// "3 files checked, 1 with problems: 2 errors, 1 warning"; with tokens, "...; 5321 tokens".
std::string totals_line(const CheckTotals& totals);

}  // namespace argot::cli
