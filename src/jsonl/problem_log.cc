#include "jsonl/problem_log.h"

#include <algorithm>

namespace argot::jsonl {

std::string_view text_of(Severity severity) {
  return severity == Severity::error ? "error" : "warning";
}

void ProblemLog::restart_for(const ProblemLog& log) {
  room_ = log.room_ - log.kept_.size();
  wants_first_error_ = !log.first_error_.has_value();
  clear();
}

void ProblemLog::restart_counting() {
  room_ = 0;
  wants_first_error_ = false;
  clear();
}

void ProblemLog::clear() {
  if (count() == 0) return;
  error_count_ = 0;
  warning_count_ = 0;
  by_code_.clear();
  kept_.clear();
  first_error_.reset();
}

void ProblemLog::append(const ProblemLog& record) {
  if (record.count() == 0) return;
  error_count_ += record.error_count_;
  warning_count_ += record.warning_count_;
  for (const auto& [code, times] : record.by_code_) by_code_[code] += times;
  // There may be less room than when the record was begun.
  const std::size_t taken = std::min(room_ - kept_.size(), record.kept_.size());
  kept_.insert(kept_.end(), record.kept_.begin(),
               record.kept_.begin() + static_cast<std::ptrdiff_t>(taken));
  if (!first_error_) first_error_ = record.first_error_;
}

void ProblemLog::count(Severity severity, std::string_view code) {
  (severity == Severity::error ? error_count_ : warning_count_) += 1;
  ++by_code_[code];
}

}  // namespace argot::jsonl
