#include "base/lease.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace argot {
namespace {

struct Pool {
  std::vector<int> back;

  void put_back(std::unique_ptr<int> lent) { back.push_back(*lent); }
};

TEST(Lease, GivesBackWhatWasLentAtItsEnd) {
  Pool pool;
  {
    const Lease<Pool, int> lease(pool, std::make_unique<int>(1));
    *lease = 7;
    EXPECT_EQ(lease.operator->(), &*lease);
    EXPECT_TRUE(pool.back.empty());
  }
  EXPECT_EQ(pool.back, std::vector<int>{7});
}

TEST(Lease, GivesBackOnceHoweverOftenItIsMoved) {
  Pool pool;
  {
    Lease<Pool, int> first(pool, std::make_unique<int>(3));
    std::optional<Lease<Pool, int>> last(std::move(first));
    EXPECT_EQ(**last, 3);
    last.reset();
    EXPECT_EQ(pool.back, std::vector<int>{3});
  }
  EXPECT_EQ(pool.back, std::vector<int>{3});
}

}  // namespace
}  // namespace argot
