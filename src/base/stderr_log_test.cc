#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"

namespace argot {
namespace {

std::string line_of(LogFormat format, LogLevel lowest) {
  ::testing::internal::CaptureStderr();
  const auto log = make_stderr_log(format, lowest);
  log->info("request", {{"path", "/v1/files\n{}"}, {"status", std::int64_t{200}}, {"key", "k1"}});
  return ::testing::internal::GetCapturedStderr();
}

TEST(StderrLog, WritesOneJsonObjectALine) {
  const std::string line = line_of(LogFormat::json, LogLevel::info);
  EXPECT_TRUE(line.starts_with("{\"time\":\"2"));
  EXPECT_TRUE(
      line.ends_with("\"level\":\"info\",\"event\":\"request\",\"path\":\"/v1/"
                     "files\\n{}\",\"status\":200,\"key\":\"k1\"}\n"))
      << line;
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

TEST(StderrLog, QuotesWhatCouldForgeALineInTextToo) {
  const std::string line = line_of(LogFormat::text, LogLevel::info);
  EXPECT_TRUE(line.ends_with("info    request path=\"/v1/files\\n{}\" status=200 key=k1\n"))
      << line;
}

TEST(StderrLog, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(line_of(LogFormat::json, LogLevel::warning), "");
}

TEST(StderrLog, LinesOfManyThreadsStayWhole) {
  constexpr int threads = 8;
  constexpr int lines_each = 300;
  const std::string path(300, 'p');
  ::testing::internal::CaptureStderr();
  const auto log = make_stderr_log(LogFormat::text, LogLevel::info);
  {
    std::vector<std::jthread> writers;
    for (int thread = 0; thread < threads; ++thread) {
      writers.emplace_back([&] {
        for (int line = 0; line < lines_each; ++line) log->info("request", {{"path", path}});
      });
    }
  }
  std::istringstream written(::testing::internal::GetCapturedStderr());
  int count = 0;
  for (std::string line; std::getline(written, line); ++count) {
    ASSERT_TRUE(line.starts_with("2")) << line;
    ASSERT_TRUE(line.ends_with("Z info    request path=" + path)) << line;
  }
  EXPECT_EQ(count, threads * lines_each);
}

}  // namespace
}  // namespace argot
