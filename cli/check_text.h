// What `argot check` says of a file, in the form that editors know from compilers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/check_file.h"
#include "jsonl/problem_log.h"

namespace argot::cli {

// A line for each problem that is listed: "train.jsonl:3:17: error: missing_content: Expected ...",
// without line and column where it is the whole file's. `path` goes out as it is.
std::string problem_lines(std::string_view path, const jsonl::ProblemLog& problems);

// One line about the whole, without its end: "train.jsonl: 120 chat examples, 34 KB: no problems".
std::string summary_line(std::string_view path, const CheckedFile& checked);

// What all files together came to.
struct CheckTotals {
  std::size_t files = 0;
  std::size_t with_problems = 0;
  std::uint64_t errors = 0;
  std::uint64_t warnings = 0;

  void add(const jsonl::ProblemLog& problems);
};

// "3 files checked, 1 with problems: 2 errors, 1 warning".
std::string totals_line(const CheckTotals& totals);

}  // namespace argot::cli
