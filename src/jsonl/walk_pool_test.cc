#include "jsonl/walk_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "jsonl/problem_log.h"

namespace argot::jsonl {
namespace {

TEST(WalkPool, LendsTheSameMemoryAgain) {
  WalkPool pool;
  const WalkMemory* first = nullptr;
  {
    const WalkPool::Lease lease = pool.lend();
    first = &lease.memory();
  }
  const WalkPool::Lease again = pool.lend();
  EXPECT_EQ(&again.memory(), first);
  const WalkPool::Lease beside = pool.lend();
  EXPECT_NE(&beside.memory(), first);
}

TEST(WalkPool, LendsMemoryOfItsOwnForALongLine) {
  WalkPool pool;
  const WalkPool::Lease lease = pool.lend();
  const WalkPool::LongLease long_lease = pool.lend_for_long_line();
  EXPECT_NE(&lease.memory(), &long_lease.memory());
}

TEST(WalkPool, WalksOneLongLineAtATime) {
  WalkPool pool;
  std::atomic<int> walking = 0;
  std::atomic<int> most = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const WalkPool::LongLease lease = pool.lend_for_long_line();
        const int now = ++walking;
        if (now > most) most = now;
        --walking;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(most, 1);
}

TEST(WalkPool, NeverLendsOneMemoryToTwo) {
  WalkPool pool;
  const std::string padded = "{\"a\":[1,{\"b\":\"\\u0041\"}]}" + std::string(64, '\n');
  const std::string_view line = std::string_view(padded).substr(0, padded.size() - 64);
  std::atomic<int> broken = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        const WalkPool::Lease lease = pool.lend();
        ProblemLog log;
        Walk walk(lease.memory(), log, {}, line);
        if (const auto root = walk.root()) walk.any(*root);
        walk.finish();
        if (walk.is_broken()) ++broken;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(broken, 0);
}

}  // namespace
}  // namespace argot::jsonl
