#include "base/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>

namespace argot {
namespace {

TEST(WorkerPool, RunsJobsSideBySide) {
  std::latch both(2);  // outlives the pool: a worker may look at it after the last arrival
  WorkerPool pool(2);
  for (int count = 0; count < 2; ++count) pool.submit([&] { both.arrive_and_wait(); });
  both.wait();
}

TEST(WorkerPool, RunsWhatIsQueuedBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1);
    for (int count = 0; count < 100; ++count) pool.submit([&] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(WorkerPool, RunsWhatJobsSubmitBeforeItEnds) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1);
    pool.submit([&] {
      ++done;
      pool.submit([&] {
        ++done;
        pool.submit([&done] { ++done; });
      });
    });
  }
  EXPECT_EQ(done, 3);
}

TEST(WorkerPool, OneThreadKeepsTheOrder) {
  std::string order;
  {
    WorkerPool pool(1);
    for (const char letter : {'a', 'b', 'c'}) pool.submit([&order, letter] { order += letter; });
  }
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace argot
