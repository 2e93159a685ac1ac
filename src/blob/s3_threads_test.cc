#include "blob/s3_threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <string>

namespace argot::blob {
namespace {

TEST(S3Threads, AsManyJobsRunAtOnceAsThereAreThreads) {
  std::latch all(3);
  S3Threads threads(3);
  // Each waits for the others: with fewer threads this would never end.
  for (int job = 0; job < 3; ++job) threads.submit([&all] { all.arrive_and_wait(); });
}

TEST(S3Threads, ItsEndWaitsForWhatWasSubmitted) {
  std::atomic<int> done = 0;
  {
    S3Threads threads(2);
    for (int job = 0; job < 100; ++job) threads.submit([&done] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(S3Threads, ItsEndWaitsForWhatJobsSubmit) {
  std::atomic<int> done = 0;
  {
    S3Threads threads(1);
    threads.submit([&] {
      ++done;
      threads.submit([&] {
        ++done;
        threads.submit([&done] { ++done; });
      });
    });
  }
  EXPECT_EQ(done, 3);
}

TEST(S3Threads, OneThreadKeepsTheOrder) {
  std::string order;
  {
    S3Threads threads(1);
    for (const char letter : {'a', 'b', 'c'}) threads.submit([&order, letter] { order += letter; });
  }
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace argot::blob
