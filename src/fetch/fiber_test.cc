#include "fetch/fiber.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace argot::fetch {
namespace {

TEST(Fiber, GoesOnWhereItLeft) {
  std::vector<std::string> log;
  Fiber* self = nullptr;
  const auto fiber = Fiber::make([&] {
    log.emplace_back("one");
    self->suspend();
    log.emplace_back("two");
    self->suspend();
    log.emplace_back("three");
  });
  self = fiber.get();
  EXPECT_TRUE(log.empty()) << "nothing runs before it is asked to";
  for (int round = 0; round < 3; ++round) {
    EXPECT_FALSE(fiber->has_ended());
    fiber->resume();
    log.emplace_back("-");
  }
  EXPECT_TRUE(fiber->has_ended());
  EXPECT_EQ(log, (std::vector<std::string>{"one", "-", "two", "-", "three", "-"}));
}

TEST(Fiber, LetsGoOfItsWorkAtItsEnd) {
  // owners: this test and the work
  auto held = std::make_shared<int>(1);
  const auto fiber = Fiber::make([held] {});
  EXPECT_EQ(held.use_count(), 2);
  fiber->resume();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Fiber, ThatNeverRanLetsGoOfItsWork) {
  // owners: this test and the work
  auto held = std::make_shared<int>(1);
  {
    const auto fiber = Fiber::make([held] {});
  }
  EXPECT_EQ(held.use_count(), 1);
}

// Each side of the switch handles an exception while the other throws, catches and ends its own.
TEST(Fiber, ExceptionsStayWhereTheyAre) {
  std::vector<std::string> log;
  Fiber* self = nullptr;
  const auto fiber = Fiber::make([&] {
    try {
      throw std::runtime_error("inner");
    } catch (...) {
      self->suspend();
      try {
        std::rethrow_exception(std::current_exception());
      } catch (const std::exception& e) {
        log.emplace_back(e.what());
      }
    }
    EXPECT_EQ(std::current_exception(), nullptr);
  });
  self = fiber.get();
  fiber->resume();
  EXPECT_EQ(std::current_exception(), nullptr) << "the fiber's is not ours";
  try {
    throw std::runtime_error("outer");
  } catch (...) {
    fiber->resume();
    try {
      throw;
    } catch (const std::exception& e) {
      log.emplace_back(e.what());
    }
  }
  EXPECT_TRUE(fiber->has_ended());
  EXPECT_EQ(log, (std::vector<std::string>{"inner", "outer"}));
}

struct SuspendsWhenDestroyed {
  Fiber*& fiber;
  ~SuspendsWhenDestroyed() { fiber->suspend(); }
};

TEST(Fiber, CanBeLeftWhileItsStackUnwinds) {
  Fiber* self = nullptr;
  bool is_caught = false;
  const auto fiber = Fiber::make([&] {
    try {
      const SuspendsWhenDestroyed guard{self};
      throw std::runtime_error("inner");
    } catch (const std::exception&) {
      is_caught = true;
    }
  });
  self = fiber.get();
  fiber->resume();
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  fiber->resume();
  EXPECT_TRUE(is_caught);
}

TEST(Fiber, HasRoomForMostOfItsStack) {
  constexpr std::size_t most = Fiber::stack_bytes * 3 / 4;
  std::size_t sum = 0;
  const auto fiber = Fiber::make([&] {
    volatile char room[most];
    for (std::size_t i = 0; i < most; i += 1024) room[i] = 1;
    for (std::size_t i = 0; i < most; i += 1024) sum += static_cast<std::size_t>(room[i]);
  });
  fiber->resume();
  EXPECT_EQ(sum, most / 1024);
}

TEST(Fiber, AStackNeedsMemory) {
  constexpr std::size_t more_than_there_is = std::size_t{1} << 62;
  EXPECT_EQ(FiberStack(more_than_there_is).lowest(), nullptr);
}

using FiberDeathTest = ::testing::Test;

TEST(FiberDeathTest, NothingIsBelowItsStack) {
  EXPECT_EXIT(
      {
        const FiberStack stack(Fiber::stack_bytes);
        *(static_cast<volatile char*>(stack.lowest()) - 1) = 1;
      },
      [](int status) { return status != 0; }, "");
}

TEST(Fiber, ManyTakeTurns) {
  constexpr int count = 2'000;
  std::vector<std::unique_ptr<Fiber>> fibers;
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    fibers.push_back(Fiber::make([&sum, &fibers, i] {
      for (int round = 0; round < 3; ++round) {
        ++sum;
        fibers[static_cast<std::size_t>(i)]->suspend();
      }
    }));
  }
  for (int round = 0; round < 4; ++round) {
    for (const auto& fiber : fibers) fiber->resume();
  }
  EXPECT_EQ(sum, 3 * count);
  for (const auto& fiber : fibers) EXPECT_TRUE(fiber->has_ended());
}

}  // namespace
}  // namespace argot::fetch
