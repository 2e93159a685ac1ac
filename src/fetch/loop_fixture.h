// What tests of loops share: a loop that is there, and values of tasks.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <future>
#include <memory>
#include <utility>

#include "fetch/loop.h"

namespace argot::fetch {

class OpenLoop {
 public:
  explicit OpenLoop(std::size_t transfers_max) : loop_(*Loop::open(transfers_max)) {}
  Loop* operator->() const { return loop_.get(); }

 private:
  std::unique_ptr<Loop> loop_;
};

// Runs a task and hands its value back.
template <typename Work>
auto spawned(const OpenLoop& loop, Work work) {
  // owners: the task alone; what it is part of has to be copyable
  auto promise = std::make_shared<std::promise<decltype(work())>>();
  auto future = promise->get_future();
  EXPECT_TRUE(loop->spawn([promise, work = std::move(work)] { promise->set_value(work()); }));
  return future;
}

}  // namespace argot::fetch
