#include "cli/check_text.h"

#include <utility>

#include "api/error_catalogue.h"
#include "cli/printable.h"

namespace argot::cli {
namespace {

// "1 error", "2 errors".
std::string counted(std::uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string_view noun_of(jsonl::Format format) {
  switch (format) {
    case jsonl::Format::chat:
      return "chat example";
    case jsonl::Format::completions:
      return "completion";
    case jsonl::Format::preference:
      return "preference example";
    case jsonl::Format::reinforcement:
      return "reinforcement example";
    case jsonl::Format::batch:
      return "batch request";
    case jsonl::Format::evals:
      return "evaluation item";
  }
  std::unreachable();
}

std::string content_text(const CheckedFile& checked) {
  const policy::FileReport& report = checked.report;
  std::string size = short_bytes(checked.bytes);
  if (!report.records) return size;
  return counted(*report.records, report.format ? noun_of(*report.format) : "record") + ", " + size;
}

std::string counts_text(std::uint64_t errors, std::uint64_t warnings) {
  if (errors == 0 && warnings == 0) return "no problems";
  if (warnings == 0) return counted(errors, "error");
  const std::string warned = counted(warnings, "warning");
  return errors == 0 ? warned : counted(errors, "error") + ", " + warned;
}

// What a server would do with a file that has errors.
std::string verdict_text(const Result<policy::Verdict>& verdict) {
  if (!verdict) {
    return "; a server would refuse it: " + visible(api::message_for(verdict.error()));
  }
  if (verdict->status_details.empty()) return "";
  return "; a server would keep it with the status \"error\"";
}

}  // namespace

std::string problem_lines(std::string_view path, const jsonl::ProblemLog& problems) {
  std::string text;
  for (const jsonl::Problem& problem : problems.kept()) {
    text += path;
    if (problem.line > 0) {
      text += ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
    }
    text.append(": ").append(jsonl::text_of(problem.severity));
    text.append(": ").append(problem.code);
    text += ": " + visible(problem.message) + "\n";
  }
  return text;
}

std::string summary_line(std::string_view path, const CheckedFile& checked) {
  const jsonl::ProblemLog& problems = checked.report.problems;
  std::string text(path);
  text += ": " + content_text(checked) + ": " +
          counts_text(problems.error_count(), problems.count() - problems.error_count());
  const std::uint64_t unlisted = problems.count() - problems.kept().size();
  if (unlisted > 0) {
    text += ", of which the first " + std::to_string(problems.kept().size()) + " are listed";
  }
  return text + verdict_text(checked.verdict);
}

void CheckTotals::add(const jsonl::ProblemLog& problems) {
  ++files;
  if (problems.count() > 0) ++with_problems;
  errors += problems.error_count();
  warnings += problems.count() - problems.error_count();
}

std::string totals_line(const CheckTotals& totals) {
  std::string text = counted(totals.files, "file") + " checked";
  if (totals.with_problems > 0)
    text += ", " + std::to_string(totals.with_problems) + " with problems";
  return text + ": " + counts_text(totals.errors, totals.warnings);
}

}  // namespace argot::cli
