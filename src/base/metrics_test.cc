#include "base/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <latch>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace argot {
namespace {

constexpr std::array<double, 3> bounds = {1, 2.5, 10};

// Runs `work` again and again in several threads, for long enough that they meet whatever else the
// machine does; how often it ran.
template <typename Work>
std::uint64_t together(Work work) {
  constexpr int threads = 4;
  constexpr std::uint64_t batch = 10'000;
  constexpr std::chrono::milliseconds enough{200};
  const SystemClock clock;
  std::latch ready(threads);
  std::atomic<std::uint64_t> runs = 0;
  std::vector<std::jthread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&] {
      ready.arrive_and_wait();
      const SteadyTime end = clock.steady() + enough;
      do {
        for (std::uint64_t turn = 0; turn < batch; ++turn) work();
        runs += batch;
      } while (clock.steady() < end);
    });
  }
  running.clear();
  return runs;
}

TEST(Counter, BeginsWithNothingAndAddsUp) {
  Counter counter;
  EXPECT_EQ(counter.value(), 0U);
  counter.add();
  counter.add(41);
  EXPECT_EQ(counter.value(), 42U);
}

TEST(Counter, LosesNothingBetweenThreads) {
  Counter counter;
  const std::uint64_t runs = together([&counter] { counter.add(3); });
  EXPECT_EQ(counter.value(), 3 * runs);
}

TEST(Histogram, AValueAtABoundIsBelowIt) {
  Histogram histogram(bounds);
  for (const double value : {-1.0, 0.0, 1.0, 1.1, 2.5, 2.6, 10.0, 10.1, 1e9}) {
    histogram.observe(value);
  }
  const HistogramValues seen = histogram.values();
  EXPECT_EQ(seen.counts, (std::vector<std::uint64_t>{3, 2, 2, 2}));
  EXPECT_EQ(seen.count(), 9U);
  EXPECT_DOUBLE_EQ(seen.sum, -1.0 + 0.0 + 1.0 + 1.1 + 2.5 + 2.6 + 10.0 + 10.1 + 1e9);
}

TEST(Histogram, LosesNothingBetweenThreads) {
  Histogram histogram(bounds);
  const std::uint64_t runs = together([&histogram] {
    histogram.observe(0.5);
    histogram.observe(100);
  });
  const HistogramValues seen = histogram.values();
  EXPECT_EQ(seen.counts, (std::vector<std::uint64_t>{runs, 0, 0, runs}));
  EXPECT_DOUBLE_EQ(seen.sum, static_cast<double>(runs) * 100.5);
}

TEST(HistogramDeathTest, HasRoomForAsManyBoundsAsItSays) {
  std::vector<double> most;
  for (std::size_t bound = 0; bound < Histogram::bounds_max; ++bound) {
    most.push_back(static_cast<double>(bound));
  }
  Histogram histogram(most);
  histogram.observe(1e6);
  EXPECT_EQ(histogram.values().counts.size(), Histogram::bounds_max + 1);
  EXPECT_EQ(histogram.values().counts.back(), 1U);
  most.push_back(1e3);
  EXPECT_DEATH(Histogram{most}, "bounds_max");
}

TEST(HistogramDeathTest, WantsBoundsThatRise) {
  constexpr std::array<double, 2> level = {1, 1};
  EXPECT_DEATH(Histogram{level}, "adjacent_find");
}

}  // namespace
}  // namespace argot
