#include "documents/child.h"

#include <gtest/gtest.h>

#include "documents/child_fixture.h"
#include "documents/child_report.h"

namespace argot::documents {
namespace {

ChildReport report_of(const Ended& ended) {
  ChildReport report;
  report.take(ended.report);
  return report;
}

TEST(Child, WritesTheTextAndSaysWhatReadIt) {
  const Ended ended = run_self({"extract-text", "docx", "0", "10"}, small_docx("Hello"));
  EXPECT_EQ(ended.code(), 0);
  EXPECT_EQ(ended.output, "Hello\n");
  const ChildReport report = report_of(ended);
  EXPECT_EQ(report.verdict(), Verdict{});
  EXPECT_TRUE(report.engine().starts_with("libzip 1.")) << report.engine();
  EXPECT_TRUE(report.walls().starts_with("seccomp")) << report.walls();
  const Ended page = run_self({"extract-text", "html", "0", "10"}, "<p>Hi");
  EXPECT_EQ(page.output, "Hi\n");
  EXPECT_TRUE(report_of(page).engine().starts_with("libxml2 2."));
}

TEST(Child, SaysWhatIsWrong) {
  const Ended ended = run_self({"extract-text", "pptx", "0", "10"}, "no archive");
  EXPECT_EQ(ended.code(), 0);
  EXPECT_EQ(report_of(ended).verdict().value_or(Verdict{}).outcome, Outcome::malformed);
}

TEST(Child, AnEngineThatIsNotThereIsMissing) {
  const Ended ended = run_self({"extract-text", "pdf", "0", "10", "/nowhere/pdftotext"}, "%PDF");
  EXPECT_EQ(ended.code(), 0);
  EXPECT_EQ(report_of(ended).verdict().value_or(Verdict{}).outcome, Outcome::engine_missing);
}

TEST(Child, AnEngineThatDoesNotStartIsAFailureOfTheMachine) {
  const Ended ended = run_self({"extract-text", "pdf", "0", "10", "/etc/passwd"}, "%PDF");
  EXPECT_EQ(ended.code(), 1);
  EXPECT_EQ(report_of(ended).failure(), "pdftotext does not start");
}

TEST(Child, WrongArgumentsAreRefused) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"docx"},
                                                       {"docx", "0"},
                                                       {"doc", "0", "10"},
                                                       {"docx", "x", "10"},
                                                       {"docx", "0", "-1"},
                                                       {"docx", "0", "10", "/usr/bin/pdftotext"},
                                                       {"pdf", "0", "10"},
                                                       {"pdf-version", "0", "10"},
                                                       {"docx", "0", "10", "", ""}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), "extract-text");
    const Ended ended = run_self(arguments, small_docx());
    EXPECT_EQ(ended.code(), 2);
    EXPECT_EQ(ended.output, "");
    EXPECT_EQ(report_of(ended).failure(), "the arguments are wrong");
  }
}

}  // namespace
}  // namespace argot::documents
