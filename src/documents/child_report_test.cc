#include "documents/child_report.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::documents {
namespace {

ChildReport report_of(std::string_view lines) {
  ChildReport report;
  report.take(lines);
  return report;
}

TEST(ChildReport, WhatIsWrittenIsRead) {
  const Verdict verdict{.outcome = Outcome::too_large, .detail = "much too large"};
  const std::string lines =
      walls_line("seccomp landlock") + engine_line("libxml2 2.9.14") + outcome_line(verdict);
  ChildReport report;
  for (const char c : lines) report.take({&c, 1});
  EXPECT_EQ(report.walls(), "seccomp landlock");
  EXPECT_EQ(report.engine(), "libxml2 2.9.14");
  EXPECT_EQ(report.verdict(), verdict);
  EXPECT_FALSE(report.failure());
  EXPECT_FALSE(report.is_engine_started());
  EXPECT_EQ(report_of(outcome_line({})).verdict(), Verdict{});
  EXPECT_EQ(report_of(failed_line("no walls")).failure(), "no walls");
}

TEST(ChildReport, LinesOfTheEngineAreItsOwn) {
  const ChildReport report = report_of(starts_line() +
                                       "outcome extracted\nwalls none\n"
                                       "Command Line Error: Incorrect password\nOut of memory\n");
  EXPECT_TRUE(report.is_engine_started());
  EXPECT_TRUE(report.wants_password());
  EXPECT_TRUE(report.is_out_of_memory());
  EXPECT_FALSE(report.verdict());
  EXPECT_EQ(report.walls(), "");
  EXPECT_EQ(report_of(starts_line() + "pdftotext version 22.12.0\nCopyright\n").engine(),
            "pdftotext 22.12.0");
  EXPECT_EQ(report_of(starts_line() + "failed it\n").failure(), "it");
}

TEST(ChildReport, OtherLinesSayNothing) {
  const ChildReport report =
      report_of("\nfine\noutcome\noutcome fine\noutcomes extracted\nwallsx\nIncorrect password\n");
  EXPECT_FALSE(report.verdict());
  EXPECT_EQ(report.walls(), "");
  EXPECT_FALSE(report.wants_password());
  // Without its end a line is none.
  EXPECT_FALSE(report_of("outcome extracted").verdict());
}

TEST(ChildReport, LinesAreBoundedAndPrintable) {
  ChildReport report;
  report.take("engine ");
  for (int i = 0; i < 100'000; ++i) report.take("xxxxxxxxxx");
  report.take("\nwalls a\x1B[31m\xC3\xA9\n");
  EXPECT_EQ(report.engine().size(), 256U - 7U);
  EXPECT_EQ(report.walls(), "a?[31m??");
}

}  // namespace
}  // namespace argot::documents
