#include "base/clock.h"

#include <gtest/gtest.h>

namespace argot {
namespace {

TEST(UnixSeconds, AreRoundedDownAlsoBefore1970) {
  EXPECT_EQ(unix_seconds(WallTime(std::chrono::milliseconds(1'999))), 1);
  EXPECT_EQ(unix_seconds(WallTime(std::chrono::milliseconds(-1))), -1);
  EXPECT_EQ(unix_seconds(from_unix_seconds(1'767'225'600)), 1'767'225'600);
}

TEST(SystemClock, RunsAndIsInThisCentury) {
  const SystemClock clock;
  const SteadyTime before = clock.steady();
  EXPECT_GT(unix_seconds(clock.now()), 1'700'000'000);
  EXPECT_LT(unix_seconds(clock.now()), 4'102'444'800);
  EXPECT_LE(before, clock.steady());
}

}  // namespace
}  // namespace argot
