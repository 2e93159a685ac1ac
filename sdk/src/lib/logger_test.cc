#include "argot_open_ai/lib/logger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace argot::openai {
namespace {

using ::testing::ElementsAre;

TEST(Logger, IndentsLinesAsTheirGroupsSay) {
  std::vector<std::string> lines;
  const auto logger = makeLogger([&lines](std::string_view line) { lines.emplace_back(line); });
  logger->log("zero");
  logger->group("one");
  logger->log("a\nb");
  logger->group("two");
  logger->log("");
  logger->groupEnd();
  logger->log("c");
  logger->groupEnd();
  logger->groupEnd();
  logger->log("end");
  EXPECT_THAT(lines, ElementsAre("zero", "one", "  a", "  b", "  two", "    ", "  c", "end"));
}

TEST(Logger, OfTheConsoleWritesToStandardError) {
  ::testing::internal::CaptureStderr();
  const auto logger = consoleLogger();
  logger->group("one");
  logger->log("two");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "one\n  two\n");
}

}  // namespace
}  // namespace argot::openai
