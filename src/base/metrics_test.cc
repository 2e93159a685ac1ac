#include "base/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <latch>
#include <thread>
#include <vector>

namespace argot {
namespace {

constexpr std::array<double, 3> bounds = {1, 2.5, 10};

// Runs `work` in several threads that begin together.
template <typename Work>
void together(std::size_t threads, Work work) {
  std::latch ready(static_cast<std::ptrdiff_t>(threads));
  std::vector<std::jthread> running;
  for (std::size_t index = 0; index < threads; ++index) {
    running.emplace_back([&] {
      ready.arrive_and_wait();
      work();
    });
  }
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
  together(4, [&counter] {
    for (int turn = 0; turn < 50'000; ++turn) counter.add(3);
  });
  EXPECT_EQ(counter.value(), 4U * 50'000U * 3U);
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
  together(4, [&histogram] {
    for (int turn = 0; turn < 20'000; ++turn) histogram.observe(turn % 2 == 0 ? 0.5 : 100);
  });
  const HistogramValues seen = histogram.values();
  EXPECT_EQ(seen.counts, (std::vector<std::uint64_t>{40'000, 0, 0, 40'000}));
  EXPECT_DOUBLE_EQ(seen.sum, 40'000 * 100.5);
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
