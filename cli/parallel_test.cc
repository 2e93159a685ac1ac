#include "cli/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <sstream>
#include <thread>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

TEST(Parallel, DoesEachOnce) {
  for (const std::size_t parallel : {1U, 3U, 50U}) {
    std::vector<std::atomic<int>> counts(20);
    for_each_in_parallel(counts.size(), parallel, [&](std::size_t number) { ++counts[number]; });
    for (const auto& count : counts) EXPECT_EQ(count, 1);
  }
  for_each_in_parallel(0, 4, [](std::size_t) { FAIL(); });
}

TEST(Parallel, DoesAsManyAtOnceAsItIsToldAndNoMore) {
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  std::barrier together(3);  // waits for ever if there are fewer
  for_each_in_parallel(9, 3, [&](std::size_t) {
    const int running = ++now;
    for (int seen = most; seen < running && !most.compare_exchange_weak(seen, running);) {
    }
    together.arrive_and_wait();
    --now;
    together.arrive_and_wait();
  });
  EXPECT_EQ(most, 3);
}

TEST(Parallel, OneAtATimeNeedsNoThread) {
  const auto caller = std::this_thread::get_id();
  for_each_in_parallel(3, 1, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(Parallel, OutputIsInTheOrderOfTheQuestions) {
  std::ostringstream out;
  const testing::FakeClock clock;
  ProgressBoard board({.out = out, .columns = {}}, clock);
  OrderedOutput output(out, board, 4);
  output.put(2, {.line = "of c", .text = "c"});
  EXPECT_EQ(out.str(), "");
  output.put(0, {.line = {}, .text = "a"});
  EXPECT_EQ(out.str(), "a");
  output.put(1, {});
  EXPECT_EQ(out.str(), "aof c\nc");
  output.put(3, {.line = "of d", .text = {}});
  EXPECT_EQ(out.str(), "aof c\ncof d\n");
}

}  // namespace
}  // namespace argot::cli
