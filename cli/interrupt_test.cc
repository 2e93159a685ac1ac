#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <csignal>
#include <cstdlib>
#include <latch>

namespace argot::cli {
namespace {

TEST(InterruptTest, TheFirstSignalAsksForAStop) {
  std::latch stopped(1);
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.token().stop_requested());
  EXPECT_FALSE(interrupt.signal());
  const std::stop_callback callback(interrupt.token(), [&] { stopped.count_down(); });
  ::kill(::getpid(), SIGTERM);
  stopped.wait();
  EXPECT_EQ(interrupt.signal(), SIGTERM);
  EXPECT_EQ(exit_code_of_signal(SIGINT), 130);
}

TEST(InterruptTest, TheSecondOneEndsTheProcess) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto interrupted_twice = [] {
    const Interrupt interrupt;
    std::latch stopped(1);
    const std::stop_callback callback(interrupt.token(), [&] { stopped.count_down(); });
    ::kill(::getpid(), SIGINT);
    stopped.wait();
    ::kill(::getpid(), SIGINT);
    for (;;) ::pause();
  };
  EXPECT_EXIT(interrupted_twice(), ::testing::ExitedWithCode(130), "");
}

TEST(InterruptTest, EndsWithoutASignal) {
  for (int i = 0; i < 3; ++i) const Interrupt interrupt;
}

TEST(InterruptTest, LeavesASignalAloneThatIsIgnored) {
  std::signal(SIGHUP, SIG_IGN);
  {
    const Interrupt interrupt;
    ::kill(::getpid(), SIGHUP);
    EXPECT_FALSE(interrupt.token().stop_requested());
  }
  std::signal(SIGHUP, SIG_DFL);
}

}  // namespace
}  // namespace argot::cli
