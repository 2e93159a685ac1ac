#include "fetch/handle.h"

#include <gtest/gtest.h>

namespace argot::fetch {
namespace {

TEST(HandlePool, GivesOutTheFreshestFirst) {
  HandlePool pool(2);
  auto first = pool.take();
  auto second = pool.take();
  ASSERT_TRUE(first && second);
  const Handle* const fresher = second.get();
  const Handle* const older = first.get();
  EXPECT_NE(older, fresher);
  pool.give(std::move(first));
  pool.give(std::move(second));
  const auto taken = pool.take();
  const auto next = pool.take();
  EXPECT_EQ(taken.get(), fresher);
  EXPECT_EQ(next.get(), older);
}

TEST(HandlePool, KeepsNoMoreThanItsBound) {
  HandlePool pool(1);
  auto first = pool.take();
  auto second = pool.take();
  const Handle* const kept = first.get();
  pool.give(std::move(first));
  pool.give(std::move(second));
  const auto taken = pool.take();
  EXPECT_EQ(taken.get(), kept);
}

}  // namespace
}  // namespace argot::fetch
