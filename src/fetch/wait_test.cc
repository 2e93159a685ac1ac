#include "fetch/wait.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace argot::fetch {
namespace {

using namespace std::chrono_literals;

TEST(Wait, EndsNotBeforeItsTime) {
  const SystemClock clock;
  const SteadyTime time = clock.steady() + 20ms;
  EXPECT_EQ(wait_until(time, {}), Waited::reached);
  EXPECT_GE(clock.steady(), time);
  EXPECT_EQ(wait_until(clock.steady() - 1s, std::stop_source().get_token()), Waited::reached);
}

TEST(Wait, IsCutShort) {
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  // Would outlast the test.
  EXPECT_EQ(wait_until(SystemClock().steady() + 24h, stop.get_token()), Waited::stopped);
  EXPECT_EQ(wait_until(SystemClock().steady() + 24h, stop.get_token()), Waited::stopped);
  EXPECT_EQ(wait_until(SystemClock().steady() - 1s, stop.get_token()), Waited::stopped);
}

}  // namespace
}  // namespace argot::fetch
