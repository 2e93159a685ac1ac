#include "api/upload_slots.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

namespace argot::api {
namespace {

TEST(UploadSlots, ThereAreAsManyAsSaid) {
  UploadSlots slots(2);
  auto first = slots.take();
  auto second = slots.take();
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(second.has_value());
  EXPECT_FALSE(slots.take().has_value());
  first.reset();
  EXPECT_TRUE(slots.take().has_value());
  EXPECT_EQ(slots.taken(), 1U);
}

TEST(UploadSlots, AMovedSlotIsGivenBackOnce) {
  UploadSlots slots(1);
  {
    auto taken = slots.take();
    const UploadSlots::Slot moved = *std::move(taken);
    taken.reset();
    EXPECT_EQ(slots.taken(), 1U);
  }
  EXPECT_EQ(slots.taken(), 0U);
}

TEST(UploadSlots, NeverMoreAreOutAtOnce) {
  constexpr std::size_t slots_max = 3;
  UploadSlots slots(slots_max);
  std::atomic<std::size_t> out = 0;
  std::atomic<std::size_t> most = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        const auto slot = slots.take();
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
