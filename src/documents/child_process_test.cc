#include "documents/child_process.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "documents/child_fixture.h"

namespace argot::documents {
namespace {

Result<std::unique_ptr<ChildProcess>> acting(const char* what) {
  return ChildProcess::start({.program = "/proc/self/exe", .arguments = {"test", "act", what}},
                             file_with("").get());
}

TEST(ChildProcess, GetsItsInputAndGivesItsOutput) {
  const Ended ended = run_self({"act", "echo"}, "some text");
  EXPECT_EQ(ended.code(), 0);
  EXPECT_EQ(ended.output, "some text");
  EXPECT_EQ(ended.report, "");
}

TEST(ChildProcess, ItsEndIsReadable) {
  const auto child = acting("kill");
  ASSERT_TRUE(child);
  pollfd end{.fd = (*child)->end(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&end, 1, -1), 1);
  const int status = (*child)->reap();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ((*child)->reap(), status);
}

TEST(ChildProcess, IsGoneWithTheObject) {
  int end = -1;
  {
    const auto child = acting("hang");
    ASSERT_TRUE(child);
    end = ::dup((*child)->end());
  }
  pollfd poll_end{.fd = end, .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&poll_end, 1, 0), 1);
  ::close(end);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ChildProcess, AProgramThatIsNotThereIsAnError) {
  const auto child =
      ChildProcess::start({.program = "/nowhere/argot", .arguments = {"argot"}}, STDIN_FILENO);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::unavailable);
}

TEST(ChildProcess, AnInputThatIsNotOpenIsAnError) {
  const auto child = ChildProcess::start({.program = "/bin/true", .arguments = {"true"}}, -1);
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace argot::documents
