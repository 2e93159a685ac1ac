#include "blob/part_memory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace argot::blob {
namespace {

TEST(PartMemory, GivesNoMoreThanItHas) {
  PartMemory memory(10, 2);
  EXPECT_EQ(memory.buffer_bytes(), 10U);
  const PartMemory::Buffer one = memory.take();
  PartMemory::Buffer two = memory.take();
  ASSERT_TRUE(one);
  ASSERT_TRUE(two);
  EXPECT_NE(one.get(), two.get());
  EXPECT_FALSE(memory.take());
  two.reset();
  EXPECT_TRUE(memory.take());
}

TEST(PartMemory, WhatComesBackIsTakenAgain) {
  PartMemory memory(10, 2);
  PartMemory::Buffer one = memory.take();
  const std::byte* const place = one.get();
  one.reset();
  EXPECT_EQ(memory.take().get(), place);
}

TEST(PartMemory, NoneIsNone) {
  PartMemory memory(10, 0);
  EXPECT_FALSE(memory.take());
}

TEST(PartMemory, ThreadsShareIt) {
  PartMemory memory(64, 3);
  std::atomic<int> holders = 0;
  std::atomic<int> holders_max = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < 500; ++round) {
          const PartMemory::Buffer buffer = memory.take();
          if (!buffer) continue;
          const int now = ++holders;
          for (int most = holders_max;
               most < now && !holders_max.compare_exchange_weak(most, now);) {
          }
          for (std::size_t at = 0; at < memory.buffer_bytes(); ++at) buffer[at] = std::byte(i);
          for (std::size_t at = 0; at < memory.buffer_bytes(); ++at) {
            ASSERT_EQ(buffer[at], std::byte(i));
          }
          --holders;
        }
      });
    }
  }
  EXPECT_GE(holders_max, 1);
  EXPECT_LE(holders_max, 3);
}

}  // namespace
}  // namespace argot::blob
