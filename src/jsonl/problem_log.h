// What is wrong with a file: every problem is counted, the first ones are kept in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace argot::jsonl {

enum class Severity : std::uint8_t {
  error,
  warning,  // of the later job, or worth a note; changes no verdict
};

std::string_view text_of(Severity severity);

// Lines and columns count from 1, columns and offsets in bytes. A problem of the whole file has
// line 0, and neither column, offset nor pointer.
struct Problem {
  Severity severity = Severity::error;
  std::string_view code;  // of static duration
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::uint64_t offset = 0;  // from the start of the file
  std::string pointer;       // JSON pointer (RFC 6901) into the record; of its parent if too long
  std::string message;       // what was expected and what came

  friend bool operator==(const Problem&, const Problem&) = default;
};

// Not thread-safe. Keeps limits::report_problems_max problems, and the first error in any case.
class ProblemLog {
 public:
  // Counts a problem. If it is to be kept, make() returns it: words that nobody reads cost nothing.
  template <typename Make>
  void add(Severity severity, std::string_view code, Make make) {
    const bool is_first_error = severity == Severity::error && error_count_ == 0;
    count(severity, code);
    const bool has_room = kept_.size() < room_;
    if (!has_room && !(is_first_error && wants_first_error_)) return;
    Problem problem = make();
    if (is_first_error) first_error_ = problem;
    if (has_room) kept_.push_back(std::move(problem));
  }

  // Empties this log, which will keep what `log` has room for. For the problems of one record, of
  // which nobody knows yet whether they stand.
  void restart_for(const ProblemLog& log);

  // Empties this log, which will count and keep nothing.
  void restart_counting();

  // Whether the next error would be kept.
  bool wants_words() const { return kept_.size() < room_ || !first_error_; }

  // Adds all that `record` has, which was restarted for this log.
  void append(const ProblemLog& record);

  std::uint64_t error_count() const { return error_count_; }
  std::uint64_t count() const { return error_count_ + warning_count_; }
  const std::map<std::string_view, std::uint64_t>& count_by_code() const { return by_code_; }
  const std::vector<Problem>& kept() const { return kept_; }
  const std::optional<Problem>& first_error() const { return first_error_; }

 private:
  void clear();
  void count(Severity severity, std::string_view code);

  std::size_t room_ = limits::report_problems_max;
  bool wants_first_error_ = true;
  std::uint64_t error_count_ = 0;
  std::uint64_t warning_count_ = 0;
  std::map<std::string_view, std::uint64_t> by_code_;
  std::vector<Problem> kept_;
  std::optional<Problem> first_error_;
};

}  // namespace argot::jsonl
