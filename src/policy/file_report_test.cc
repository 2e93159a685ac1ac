#include "policy/file_report.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "json/reader.h"

namespace argot::policy {
namespace {

jsonl::Problem problem(std::uint64_t line) {
  return {.severity = jsonl::Severity::error,
          .code = "missing_content",
          .line = line,
          .column = 17,
          .offset = 4000 + line,
          .pointer = "/messages/0",
          .message = "Expected \"content\"."};
}

const ReportHead head = {.file_id = "file-1",
                         .filename = "caf\xC3\xA9 \"a\".jsonl",
                         .purpose = "fine-tune",
                         .bytes = 5000,
                         .sha256 = "00ff"};

TEST(FileReport, HasTokensWhereTheyWereCounted) {
  FileReport report;
  EXPECT_TRUE(report.is_empty());
  report.tokens.emplace();
  report.tokens->total = 4;
  EXPECT_FALSE(report.is_empty());
  EXPECT_TRUE(
      encode(report).ends_with(R"(,"statistics":{},"tokens":{"encoding":"o200k_base","total":4}})"))
      << encode(report);
}

TEST(FileReport, SaysWhyTokensAreNotCountedAndWhatTookTheTextOut) {
  FileReport report;
  report.tokens.emplace();
  report.tokens->reason = "no";
  EXPECT_FALSE(report.is_empty());
  EXPECT_TRUE(
      encode(report).ends_with(R"("tokens":{"encoding":"o200k_base","total":null,"reason":"no"}})"))
      << encode(report);
  report.tokens = TokenCount{.total = 7, .reason = {}, .engine = "libxml2 2.9"};
  EXPECT_TRUE(encode(report).ends_with(
      R"("tokens":{"encoding":"o200k_base","total":7,"engine":"libxml2 2.9"}})"))
      << encode(report);
}

TEST(FileReport, HasTheTokensOfRecordsInTheirPlace) {
  FileReport report;
  report.record_tokens.emplace();
  EXPECT_TRUE(
      encode(report).ends_with(R"("tokens":{"encoding":"o200k_base","total":0,)"
                               R"("records":{"counted":0,"min":0,"mean":0,"p95":0,"max":0}}})"))
      << encode(report);
  RecordTokens& tokens = *report.record_tokens;
  tokens.encoding = tokens::Encoding::cl100k_base;
  for (const std::uint64_t size : {10U, 20U, 61U}) tokens.records.add(size);
  tokens.context_tokens = 60;
  tokens.over_context = 1;
  EXPECT_TRUE(
      encode(report).ends_with(R"("tokens":{"encoding":"cl100k_base","total":91,)"
                               R"("records":{"counted":3,"min":10,"mean":30,"p95":61,"max":61},)"
                               R"("context":60,"over_context":1}})"))
      << encode(report);
}

TEST(FileReport, HasEveryPart) {
  FileReport report{.format = jsonl::Format::chat, .records = 3, .problems = {}, .statistics = {}};
  report.problems.add(jsonl::Severity::error, "missing_content", [] { return problem(2); });
  report.problems.add(jsonl::Severity::warning, "invalid_n_examples", [] {
    return jsonl::Problem{
        .severity = jsonl::Severity::warning, .code = "invalid_n_examples", .message = "Too few."};
  });
  for (const std::uint64_t bytes : {10U, 20U, 60U}) report.statistics.record_bytes.add(bytes);
  report.statistics.messages.roles = {1, 0, 3, 3, 0, 0};
  report.statistics.messages.tools = 2;
  EXPECT_EQ(report_json(head, encode(report)),
            R"({"object":"file.report","file_id":"file-1","filename":"caf)"
            "\xC3\xA9"
            R"( \"a\".jsonl",)"
            R"("purpose":"fine-tune","bytes":5000,"sha256":"00ff","format":"chat","records":3,)"
            R"("problem_count":2,"error_count":1,)"
            R"("problems_by_code":{"invalid_n_examples":1,"missing_content":1},)"
            R"("problems":[{"severity":"error","code":"missing_content","line":2,"column":17,)"
            R"("offset":4002,"pointer":"/messages/0","message":"Expected \"content\"."},)"
            R"({"severity":"warning","code":"invalid_n_examples","message":"Too few."}],)"
            R"("statistics":{"record_bytes":{"min":10,"mean":30,"p95":60,"max":60},"examples":3,)"
            R"("roles":{"system":1,"developer":0,"user":3,"assistant":3,"tool":0,"function":0},)"
            R"("tools":2,"tool_calls":0}})");
}

TEST(FileReport, ABatchCountsModelsAndEndpoints) {
  FileReport report{.format = jsonl::Format::batch, .records = 2, .problems = {}, .statistics = {}};
  report.statistics.models.add("gpt-4o");
  report.statistics.models.add("gpt-4o");
  report.statistics.endpoints.add("/v1/embeddings");
  const std::string text = report_json({}, encode(report));
  EXPECT_TRUE(text.contains(R"("models":{"gpt-4o":2},"endpoints":{"/v1/embeddings":1}})")) << text;
}

TEST(FileReport, CountsNamesBeyondTheFirstTogether) {
  FileReport report{.format = jsonl::Format::batch, .records = 2, .problems = {}, .statistics = {}};
  for (std::size_t i = 0; i < limits::report_names_max + 3; ++i) {
    report.statistics.models.add("model-" + std::to_string(i));
  }
  EXPECT_TRUE(encode(report).contains(R"("other_models":3)"));
}

TEST(FileReport, SaysNothingOfRecordsWhereNobodyLooked) {
  const std::string text = report_json({.filename = "a.bin", .purpose = "user_data"}, "");
  EXPECT_EQ(text, R"({"object":"file.report","filename":"a.bin","purpose":"user_data","bytes":0,)"
                  R"("format":null,"records":null,"problem_count":0,"error_count":0,)"
                  R"("problems_by_code":{},"problems":[],"statistics":{}})");
  EXPECT_EQ(report_json({.filename = "a.bin", .purpose = "user_data"}, encode({})), text);
}

TEST(FileReport, ADigestThatComesLaterStandsWhereItWouldHaveBeen) {
  FileReport report{.format = jsonl::Format::batch, .records = 1, .problems = {}, .statistics = {}};
  const ReportHead early{.filename = "a.jsonl", .purpose = "batch", .bytes = 1, .sha256 = "abc"};
  const ReportHead late{.filename = "a.jsonl", .purpose = "batch", .bytes = 1};
  for (const std::string& findings : {encode(report), std::string()}) {
    EXPECT_EQ(report_json(late, with_sha256(findings, "abc")), report_json(early, findings));
  }
}

TEST(FileReport, IsEmptyWithoutRecordsAndProblems) {
  FileReport report;
  EXPECT_TRUE(report.is_empty());
  report.problems.add(jsonl::Severity::warning, "missing_content", [] { return problem(1); });
  EXPECT_FALSE(report.is_empty());
  EXPECT_FALSE(
      (FileReport{.format = {}, .records = 0, .problems = {}, .statistics = {}}.is_empty()));
}

TEST(FileReport, IsJsonHoweverStrangeTheFile) {
  FileReport report{.format = jsonl::Format::batch, .records = 1, .problems = {}, .statistics = {}};
  report.problems.add(jsonl::Severity::error, "missing_content", [] {
    jsonl::Problem strange = problem(1);
    strange.pointer = "/\xFF\"\\\n";
    strange.message = std::string("\0\x1F", 2);
    return strange;
  });
  report.statistics.models.add("\"\xC0\x80");
  const std::string text = report_json({.filename = "\xFF"}, encode(report));
  EXPECT_TRUE(json::parse(text)) << text;
}

TEST(FileReport, ListsTheFirstThousandProblemsAndCountsAll) {
  FileReport report{.format = jsonl::Format::chat, .records = 1, .problems = {}, .statistics = {}};
  for (std::uint64_t line = 1; line <= 2 * limits::report_problems_max; ++line) {
    report.problems.add(jsonl::Severity::error, "missing_content", [&] { return problem(line); });
  }
  const auto parsed = json::parse(encode(report));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->find("problem_count")->unsigned_integer(), 2000U);
  EXPECT_EQ(parsed->find("problems")->items().size(), 1000U);
  EXPECT_EQ(parsed->find("problems")->items().back().find("line")->unsigned_integer(), 1000U);
}

}  // namespace
}  // namespace argot::policy
