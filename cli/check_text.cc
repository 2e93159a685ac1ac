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

std::string tokens_text(std::uint64_t tokens, tokens::Encoding encoding) {
  return counted(tokens, "token") + " (" + std::string(tokens::text_of(encoding)) + ")";
}

std::string records_text(const policy::RecordTokens& tokens) {
  const jsonl::SizeHistogram& records = tokens.records;
  std::string text = ": " + std::to_string(records.min()) + " to " + std::to_string(records.max()) +
                     " a record, " + std::to_string(records.mean()) + " on average, at most " +
                     std::to_string(records.percentile(95)) + " in 95 % of them";
  if (!tokens.context_tokens) return text;
  return text + "; " + std::to_string(tokens.over_context) + " over " +
         std::to_string(*tokens.context_tokens);
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

std::string tokens_line(std::string_view path, const policy::FileReport& report) {
  std::string text(path);
  text += ": ";
  if (report.record_tokens) {
    const policy::RecordTokens& tokens = *report.record_tokens;
    text += tokens_text(tokens.records.total(), tokens.encoding);
    return tokens.records.count() == 0 ? text : text + records_text(tokens);
  }
  if (!report.tokens) return "";
  const policy::TokenCount& tokens = *report.tokens;
  return text + (tokens.total ? tokens_text(*tokens.total, tokens.encoding)
                              : "tokens are not counted: " + tokens.reason);
}

void CheckTotals::add(const jsonl::ProblemLog& problems) {
  ++files;
  if (problems.count() > 0) ++with_problems;
  errors += problems.error_count();
  warnings += problems.count() - problems.error_count();
}

void CheckTotals::add_tokens(const policy::FileReport& report) {
  std::uint64_t more = 0;
  if (report.tokens) more = report.tokens->total.value_or(0);
  if (report.record_tokens) more = report.record_tokens->records.total();
  tokens = tokens.value_or(0) + more;
}

std::string totals_line(const CheckTotals& totals) {
  std::string text = counted(totals.files, "file") + " checked";
  if (totals.with_problems > 0)
    text += ", " + std::to_string(totals.with_problems) + " with problems";
  text += ": " + counts_text(totals.errors, totals.warnings);
  return totals.tokens ? text + "; " + counted(*totals.tokens, "token") : text;
}

}  // namespace argot::cli
