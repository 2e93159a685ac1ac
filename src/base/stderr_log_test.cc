#include <gtest/gtest.h>

#include <string>

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

}  // namespace
}  // namespace argot
