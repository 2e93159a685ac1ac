#include "cli/check_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace argot::cli {
namespace {

using jsonl::Problem;
using jsonl::Severity;

const Problem missing = {.severity = Severity::error,
                         .code = "missing_content",
                         .line = 3,
                         .column = 17,
                         .offset = 500,
                         .pointer = "/messages/0",
                         .message = "Expected 'a'."};
const Problem too_few = {
    .severity = Severity::warning, .code = "invalid_n_examples", .message = "Too few."};

void add(jsonl::ProblemLog& log, const Problem& problem) {
  log.add(problem.severity, problem.code, [&] { return problem; });
}

CheckedFile checked_file(const std::vector<Problem>& problems = {}) {
  CheckedFile checked{
      .bytes = 34'816,
      .sha256 = {},
      .report = {.format = jsonl::Format::chat, .records = 120, .problems = {}, .statistics = {}},
      .verdict = policy::Verdict{}};
  for (const Problem& problem : problems) add(checked.report.problems, problem);
  return checked;
}

TEST(CheckText, AProblemIsALineAsCompilersHaveIt) {
  jsonl::ProblemLog problems;
  add(problems, missing);
  add(problems, too_few);
  EXPECT_EQ(problem_lines("data/train.jsonl", problems),
            "data/train.jsonl:3:17: error: missing_content: Expected 'a'.\n"
            "data/train.jsonl: warning: invalid_n_examples: Too few.\n");
  EXPECT_EQ(problem_lines("a", {}), "");
}

TEST(CheckText, AFileCannotSendATerminalAnything) {
  jsonl::ProblemLog problems;
  Problem hostile = missing;
  hostile.message = "got '\x1B]0;x\x07\n'";
  add(problems, hostile);
  EXPECT_EQ(problem_lines("a", problems),
            "a:3:17: error: missing_content: got '\\x1B]0;x\\x07\\n'\n");
}

TEST(CheckText, TheSummarySaysWhatItIsAndWhatIsWrong) {
  EXPECT_EQ(summary_line("a.jsonl", checked_file()),
            "a.jsonl: 120 chat examples, 34 KB: no problems");
  EXPECT_EQ(summary_line("a.jsonl", checked_file({too_few})),
            "a.jsonl: 120 chat examples, 34 KB: 1 warning");
  EXPECT_EQ(summary_line("a.jsonl", checked_file({missing, missing, too_few})),
            "a.jsonl: 120 chat examples, 34 KB: 2 errors, 1 warning");
}

TEST(CheckText, TheSummarySaysWhatAServerWouldDo) {
  CheckedFile kept = checked_file({missing});
  kept.verdict = policy::Verdict{.status_details = "Expected 'a'. (line 3)"};
  EXPECT_EQ(summary_line("a", kept),
            "a: 120 chat examples, 34 KB: 1 error; a server would keep it with the status "
            "\"error\"");
  kept.verdict = fail(ErrorCode::invalid_file_format, "Expected 'a'. (line 3)");
  EXPECT_EQ(summary_line("a", kept),
            "a: 120 chat examples, 34 KB: 1 error; a server would refuse it: Expected 'a'. (line "
            "3)");
  kept.verdict = fail(ErrorCode::batch_not_jsonl);
  EXPECT_TRUE(summary_line("a", kept).ends_with(
      "; a server would refuse it: Invalid file format for Batch API. Must be .jsonl"));
}

TEST(CheckText, EveryFormatHasItsNoun) {
  CheckedFile checked = checked_file();
  checked.report.records = 1;
  const std::vector<std::pair<jsonl::Format, std::string>> nouns = {
      {jsonl::Format::chat, "1 chat example"},
      {jsonl::Format::completions, "1 completion"},
      {jsonl::Format::preference, "1 preference example"},
      {jsonl::Format::reinforcement, "1 reinforcement example"},
      {jsonl::Format::batch, "1 batch request"},
      {jsonl::Format::evals, "1 evaluation item"}};
  for (const auto& [format, noun] : nouns) {
    checked.report.format = format;
    EXPECT_EQ(summary_line("a", checked), "a: " + noun + ", 34 KB: no problems");
  }
  checked.report.format.reset();
  EXPECT_EQ(summary_line("a", checked), "a: 1 record, 34 KB: no problems");
  checked.report.records.reset();
  EXPECT_EQ(summary_line("a", checked), "a: 34 KB: no problems");
}

TEST(CheckText, SaysWhereMoreIsWrongThanIsListed) {
  const std::vector<Problem> many(limits::report_problems_max + 5, missing);
  EXPECT_EQ(summary_line("a", checked_file(many)),
            "a: 120 chat examples, 34 KB: 1005 errors, of which the first 1000 are listed");
}

TEST(CheckText, TokensAreALineOfTheirOwn) {
  policy::FileReport report;
  EXPECT_EQ(tokens_line("a", report), "");
  report.tokens = policy::TokenCount{.total = 1};
  EXPECT_EQ(tokens_line("a", report), "a: 1 token (o200k_base)");
  report.tokens->total.reset();
  report.tokens->reason = "it is a picture";
  EXPECT_EQ(tokens_line("a", report), "a: tokens are not counted: it is a picture");

  policy::FileReport records;
  policy::RecordTokens& tokens = records.record_tokens.emplace();
  EXPECT_EQ(tokens_line("a", records), "a: 0 tokens (o200k_base)");
  for (std::uint64_t size = 1; size <= 100; ++size) tokens.records.add(size);
  EXPECT_EQ(tokens_line("a", records),
            "a: 5050 tokens (o200k_base): 1 to 100 a record, 50 on average, at most 95 in 95 % of "
            "them");
  tokens.encoding = tokens::Encoding::cl100k_base;
  tokens.context_tokens = 98;
  tokens.over_context = 2;
  EXPECT_EQ(tokens_line("a", records),
            "a: 5050 tokens (cl100k_base): 1 to 100 a record, 50 on average, at most 95 in 95 % of "
            "them; 2 over 98");
}

TEST(CheckText, TotalsSumUpTokensWhereSomebodyAsked) {
  CheckTotals totals;
  totals.add(checked_file().report.problems);
  policy::FileReport text;
  text.tokens = policy::TokenCount{.total = 4};
  policy::FileReport records;
  records.record_tokens.emplace().records.add(3);
  totals.add_tokens(text);
  totals.add_tokens(records);
  totals.add_tokens({});
  EXPECT_EQ(totals_line(totals), "1 file checked: no problems; 7 tokens");
}

TEST(CheckText, TotalsCountFilesAndProblems) {
  CheckTotals totals;
  totals.add(checked_file().report.problems);
  EXPECT_EQ(totals_line(totals), "1 file checked: no problems");
  totals.add(checked_file({missing, missing, too_few}).report.problems);
  EXPECT_EQ(totals_line(totals), "2 files checked, 1 with problems: 2 errors, 1 warning");
}

}  // namespace
}  // namespace argot::cli
