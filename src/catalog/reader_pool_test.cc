#include "catalog/reader_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

using std::chrono::milliseconds;

constexpr Sql select_one("SELECT 1");

class ReaderPoolTest : public ::testing::Test {
 protected:
  ReaderPoolTest() {
    const std::string path = folder / "test.db";
    std::ofstream(path).close();
    std::vector<std::unique_ptr<Connection>> connections;
    for (int count = 0; count < 2; ++count) {
      connections.push_back(
          Connection::open(path, Connection::Access::read_only, milliseconds(1)).value());
    }
    pool.emplace(std::move(connections), milliseconds(5));
  }

  testing::TempFolder folder;
  std::optional<ReaderPool> pool;
};

TEST_F(ReaderPoolTest, AConnectionIsLentToOneAtATime) {
  const Result<ReaderPool::Lease> first = pool->lend();
  const Result<ReaderPool::Lease> second = pool->lend();
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_NE(&**first, &**second);
  const Result<ReaderPool::Lease> third = pool->lend();
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::overloaded);
}

TEST_F(ReaderPoolTest, TheOneReturnedLastIsLentFirst) {
  Connection* used = nullptr;
  {
    const Result<ReaderPool::Lease> lease = pool->lend();
    used = &**lease;
  }
  EXPECT_EQ(&**pool->lend(), used);
}

TEST_F(ReaderPoolTest, ManyThreadsShareFewConnections) {
  pool.emplace(
      [&] {
        std::vector<std::unique_ptr<Connection>> one;
        one.push_back(
            Connection::open(folder / "test.db", Connection::Access::read_only, milliseconds(1))
                .value());
        return one;
      }(),
      std::chrono::minutes(1));
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        const Result<ReaderPool::Lease> lease = pool->lend();
        if (lease && (**lease).run(select_one)) ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 800);
}

TEST_F(ReaderPoolTest, ClosingWaitsForLoansAndEndsLending) {
  std::optional<Result<ReaderPool::Lease>> lease(pool->lend());
  std::atomic<bool> is_closed = false;
  std::thread closing([&] {
    pool->close();
    is_closed = true;
  });
  // Lending stops at once: wait for that, so that closing is surely under way.
  for (;;) {
    const Result<ReaderPool::Lease> other = pool->lend();
    if (!other) {
      EXPECT_EQ(other.error().code, ErrorCode::unavailable);
      break;
    }
  }
  EXPECT_FALSE(is_closed);
  lease.reset();
  closing.join();
  EXPECT_TRUE(is_closed);
  pool->close();  // again: nothing
}

}  // namespace
}  // namespace argot::catalog
