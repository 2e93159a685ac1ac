#include "net/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace argot::net {
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

}  // namespace
}  // namespace argot::net
