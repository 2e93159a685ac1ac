#include "jsonl/problem_log.h"

#include <gtest/gtest.h>

#include <string>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

void add(ProblemLog& log, Severity severity, std::string_view code, std::uint64_t line = 1) {
  log.add(severity, code,
          [&] { return Problem{.severity = severity, .code = code, .line = line}; });
}

void add_many(ProblemLog& log, Severity severity, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) add(log, severity, "many", i + 1);
}

TEST(ProblemLog, IsEmptyAtFirst) {
  const ProblemLog log;
  EXPECT_EQ(log.count(), 0U);
  EXPECT_EQ(log.error_count(), 0U);
  EXPECT_TRUE(log.kept().empty());
  EXPECT_TRUE(log.count_by_code().empty());
  EXPECT_FALSE(log.first_error());
}

TEST(ProblemLog, CountsBySeverityAndCode) {
  ProblemLog log;
  add(log, Severity::warning, "a");
  add(log, Severity::error, "b", 2);
  add(log, Severity::error, "a", 3);
  EXPECT_EQ(log.count(), 3U);
  EXPECT_EQ(log.error_count(), 2U);
  EXPECT_EQ(log.count_by_code().at("a"), 2U);
  EXPECT_EQ(log.count_by_code().at("b"), 1U);
  EXPECT_EQ(log.first_error()->line, 2U);
  EXPECT_EQ(log.kept().size(), 3U);
  EXPECT_EQ(text_of(Severity::error), "error");
  EXPECT_EQ(text_of(Severity::warning), "warning");
}

TEST(ProblemLog, KeepsAThousandAndCountsAll) {
  ProblemLog log;
  add_many(log, Severity::error, 1'500);
  EXPECT_EQ(log.count(), 1'500U);
  EXPECT_EQ(log.error_count(), 1'500U);
  EXPECT_EQ(log.count_by_code().at("many"), 1'500U);
  ASSERT_EQ(log.kept().size(), 1'000U);
  EXPECT_EQ(log.kept().front().line, 1U);
  EXPECT_EQ(log.kept().back().line, 1'000U);
}

TEST(ProblemLog, MakesNoWordsThatNobodyReads) {
  ProblemLog log;
  add_many(log, Severity::error, 1'000);
  std::size_t made = 0;
  for (int i = 0; i < 10; ++i) {
    log.add(Severity::error, "late", [&] {
      ++made;
      return Problem{};
    });
  }
  EXPECT_EQ(made, 0U);
}

TEST(ProblemLog, KeepsTheFirstErrorBehindAThousandWarnings) {
  ProblemLog log;
  add_many(log, Severity::warning, 1'200);
  EXPECT_FALSE(log.first_error());
  add(log, Severity::error, "first", 7);
  add(log, Severity::error, "second", 8);
  ASSERT_TRUE(log.first_error());
  EXPECT_EQ(log.first_error()->code, "first");
  EXPECT_EQ(log.first_error()->line, 7U);
  EXPECT_EQ(log.kept().size(), 1'000U);
  EXPECT_EQ(log.count(), 1'202U);
}

TEST(ProblemLog, TakesTheProblemsOfARecordInOrder) {
  ProblemLog log;
  add(log, Severity::warning, "a", 1);
  ProblemLog record;
  record.restart_for(log);
  add(record, Severity::error, "b", 2);
  add(record, Severity::warning, "c", 2);
  log.append(record);
  add(log, Severity::error, "d", 3);
  EXPECT_EQ(texts_of(log.kept()), (Texts{"warning a 1:0 @0 [] ", "error b 2:0 @0 [] ",
                                         "warning c 2:0 @0 [] ", "error d 3:0 @0 [] "}));
  EXPECT_EQ(log.first_error()->code, "b");
  EXPECT_EQ(log.count(), 4U);
  EXPECT_EQ(log.error_count(), 2U);
}

TEST(ProblemLog, ARestartForgetsTheRecordBefore) {
  const ProblemLog log;
  ProblemLog record;
  record.restart_for(log);
  add(record, Severity::error, "b", 2);
  record.restart_for(log);
  EXPECT_EQ(record.count(), 0U);
  EXPECT_TRUE(record.kept().empty());
  EXPECT_TRUE(record.count_by_code().empty());
  EXPECT_FALSE(record.first_error());
  add(record, Severity::error, "c", 3);
  EXPECT_EQ(record.first_error()->code, "c");
}

TEST(ProblemLog, ARecordGetsTheRoomThatIsLeft) {
  ProblemLog log;
  add_many(log, Severity::warning, 998);
  ProblemLog record;
  record.restart_for(log);
  add_many(record, Severity::error, 5);
  EXPECT_EQ(record.kept().size(), 2U);
  log.append(record);
  EXPECT_EQ(log.kept().size(), 1'000U);
  EXPECT_EQ(log.count(), 1'003U);
  record.restart_for(log);
  add_many(record, Severity::error, 5);
  EXPECT_TRUE(record.kept().empty());
  EXPECT_FALSE(record.first_error());  // the log has one
  log.append(record);
  EXPECT_EQ(log.kept().size(), 1'000U);
  EXPECT_EQ(log.count_by_code().at("many"), 1'008U);
}

TEST(ProblemLog, ARecordKeepsTheFirstErrorForAFullLog) {
  ProblemLog log;
  add_many(log, Severity::warning, 1'000);
  ProblemLog record;
  record.restart_for(log);
  add(record, Severity::error, "first", 5);
  log.append(record);
  ASSERT_TRUE(log.first_error());
  EXPECT_EQ(log.first_error()->line, 5U);
}

TEST(ProblemLog, MayOnlyCount) {
  ProblemLog log;
  log.restart_counting();
  EXPECT_FALSE(log.kept().size() > 0 || log.first_error());
  std::size_t made = 0;
  for (int i = 0; i < 3; ++i) {
    log.add(Severity::error, "a", [&] {
      ++made;
      return Problem{};
    });
  }
  EXPECT_EQ(made, 0U);
  EXPECT_EQ(log.error_count(), 3U);
  EXPECT_EQ(log.count_by_code().at("a"), 3U);
  log.restart_for(ProblemLog());
  EXPECT_EQ(log.count(), 0U);
  add(log, Severity::error, "b");
  EXPECT_EQ(log.kept().size(), 1U);
}

TEST(ProblemLog, WantsWordsUntilItIsFullAndHasAnError) {
  ProblemLog log;
  EXPECT_TRUE(log.wants_words());
  add_many(log, Severity::warning, 1'000);
  EXPECT_TRUE(log.wants_words());
  add(log, Severity::error, "first");
  EXPECT_FALSE(log.wants_words());
  ProblemLog errors;
  add_many(errors, Severity::error, 999);
  EXPECT_TRUE(errors.wants_words());
  add_many(errors, Severity::warning, 1);
  EXPECT_FALSE(errors.wants_words());
}

// As when a problem of the whole file is found while a record is walked.
TEST(ProblemLog, KeepsNoMoreIfItWasFilledMeanwhile) {
  ProblemLog log;
  add_many(log, Severity::warning, 999);
  ProblemLog record;
  record.restart_for(log);
  add_many(record, Severity::error, 1);
  add(log, Severity::error, "meanwhile");
  log.append(record);
  EXPECT_EQ(log.kept().size(), 1'000U);
  EXPECT_EQ(log.first_error()->code, "meanwhile");
  EXPECT_EQ(log.count(), 1'001U);
}

}  // namespace
}  // namespace argot::jsonl
