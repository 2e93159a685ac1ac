#include "api/upload_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace argot::api {
namespace {

TEST(UploadSlots, ThereAreAsManyAsSaid) {
  UploadSlots slots(2);
  {
    const auto first = slots.take("key");
    EXPECT_TRUE(first.has_value());
    const auto second = slots.take("key");
    EXPECT_TRUE(second.has_value());
    const auto third = slots.take("other");
    ASSERT_FALSE(third.has_value());
    EXPECT_EQ(third.error().code, ErrorCode::overloaded);
    EXPECT_EQ(slots.taken(), 2U);
  }
  EXPECT_EQ(slots.taken(), 0U);
  EXPECT_TRUE(slots.take("key").has_value());
}

TEST(UploadSlots, AMovedSlotIsGivenBackOnce) {
  UploadSlots slots(1);
  {
    std::optional<UploadSlots::Slot> moved;
    {
      auto taken = slots.take("key");
      moved.emplace(*std::move(taken));
    }
    EXPECT_EQ(slots.taken(), 1U);
  }
  EXPECT_EQ(slots.taken(), 0U);
}

TEST(UploadSlots, AKeyHasItsShareAndNotOneMore) {
  UploadSlots slots(8, 2);
  const auto first = slots.take("key");
  {
    const auto second = slots.take("key");
    ASSERT_TRUE(second.has_value());
    for (int attempt = 0; attempt < 20; ++attempt) {
      const auto third = slots.take("key");
      ASSERT_FALSE(third.has_value());
      EXPECT_EQ(third.error().code, ErrorCode::rate_limit_exceeded);
      EXPECT_EQ(third.error().detail,
                "concurrent requests: Limit 2, Used 2, Requested 1. Please try again in 1s.");
      EXPECT_EQ(third.error().retry_after_seconds, 1);
    }
    EXPECT_EQ(slots.taken(), 2U) << "a refusal holds nothing";
    EXPECT_TRUE(slots.take("other").has_value());
  }
  EXPECT_TRUE(slots.take("key").has_value());
  EXPECT_EQ(slots.taken(), 1U);
}

TEST(UploadSlots, WithoutAShareAKeyMayHaveAll) {
  UploadSlots slots(3);
  const auto first = slots.take("key");
  const auto second = slots.take("key");
  EXPECT_TRUE(slots.take("key").has_value());
}

TEST(UploadSlots, NeverMoreAreOutAtOnce) {
  constexpr std::size_t slots_max = 3;
  UploadSlots slots(2 * slots_max, slots_max);
  std::atomic<std::size_t> out = 0;
  std::atomic<std::size_t> most = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        const auto slot = slots.take("key");
        if (!slot) continue;
        const std::size_t now = ++out;
        std::size_t seen = most;
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        --out;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most, slots_max);
  EXPECT_EQ(slots.taken(), 0U);
}

}  // namespace
}  // namespace argot::api
