#include "server/repeating_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace argot::server {
namespace {

using namespace std::chrono_literals;

TEST(RepeatingThread, RepeatsUntilItIsStopped) {
  std::atomic<int> count = 0;
  std::latch third{3};
  RepeatingThread thread([&](const std::stop_token&) {
    if (++count <= 3) third.count_down();
    return 0ms;
  });
  EXPECT_EQ(count, 0) << "it begins with start()";
  thread.start();
  third.wait();
  thread.stop();
  const int ended = count;
  EXPECT_GE(ended, 3);
  EXPECT_EQ(count, ended);
}

TEST(RepeatingThread, AnEndCutsTheWaitShort) {
  std::latch once{1};
  RepeatingThread thread([&](const std::stop_token&) {
    once.count_down();
    return std::chrono::milliseconds(24h);
  });
  thread.start();
  once.wait();
  thread.stop();
}

TEST(RepeatingThread, AWakeUpCutsTheWaitShort) {
  std::latch once{1};
  std::latch twice{2};
  RepeatingThread thread([&](const std::stop_token&) {
    once.count_down();
    twice.count_down();
    return std::chrono::milliseconds(24h);
  });
  thread.start();
  once.wait();
  thread.wake();
  twice.wait();
  thread.stop();
}

TEST(RepeatingThread, AWakeUpDuringAStepCutsTheNextWaitShort) {
  std::latch begun{1};
  std::latch woken{1};
  std::latch twice{2};
  RepeatingThread thread([&](const std::stop_token&) {
    if (begun.try_wait()) {
      twice.count_down();
      return std::chrono::milliseconds(24h);
    }
    begun.count_down();
    woken.wait();
    twice.count_down();
    return std::chrono::milliseconds(24h);
  });
  thread.start();
  begun.wait();
  thread.wake();
  woken.count_down();
  twice.wait();
  thread.stop();
}

TEST(RepeatingThread, AStepIsToldOfTheEnd) {
  std::latch begun{1};
  RepeatingThread thread([&](const std::stop_token& stop) {
    begun.count_down();
    while (!stop.stop_requested()) std::this_thread::yield();
    return 0ms;
  });
  thread.start();
  begun.wait();
  thread.stop();
}

TEST(RepeatingThread, MayBeStoppedWithoutAStart) {
  RepeatingThread thread([](const std::stop_token&) { return 0ms; });
  thread.stop();
}

}  // namespace
}  // namespace argot::server
