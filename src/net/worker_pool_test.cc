#include "net/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace argot::net {
namespace {

TEST(WorkerPool, RunsJobsSideBySide) {
  WorkerPool pool(2);
  std::latch both(2);
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
