#include "fetch/loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "fetch/loop_fixture.h"
#include "fetch/wait.h"

namespace argot::fetch {
namespace {

using namespace std::chrono_literals;

SteadyTime now() { return SystemClock().steady(); }

TEST(Loop, RunsTasksOnOneThreadOfItsOwn) {
  OpenLoop loop(1);
  const auto id = [] { return std::this_thread::get_id(); };
  const std::thread::id first = spawned(loop, id).get();
  EXPECT_NE(first, std::this_thread::get_id());
  EXPECT_EQ(spawned(loop, id).get(), first);
  EXPECT_EQ(LoopTask::current(), nullptr);
  EXPECT_TRUE(spawned(loop, [] { return LoopTask::current() != nullptr; }).get());
}

TEST(Loop, TakesNoSignals) {
  OpenLoop loop(1);
  EXPECT_TRUE(spawned(loop, [] {
                sigset_t blocked;
                ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
                return ::sigismember(&blocked, SIGINT) == 1 &&
                       ::sigismember(&blocked, SIGCHLD) == 1;
              }).get());
  sigset_t blocked;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(::sigismember(&blocked, SIGINT), 0) << "those of its maker are as before";
}

TEST(Loop, TasksWaitSideBySide) {
  OpenLoop loop(1);
  std::stop_source stop;
  std::vector<std::future<Waited>> waits;
  for (int i = 0; i < 1'000; ++i) {
    waits.push_back(
        spawned(loop, [token = stop.get_token()] { return wait_until(now() + 24h, token); }));
  }
  // A thread that were blocked by one of them would not come to this one.
  EXPECT_EQ(spawned(loop, [] { return 1; }).get(), 1);
  stop.request_stop();
  for (auto& wait : waits) EXPECT_EQ(wait.get(), Waited::stopped);
}

TEST(Loop, WaitsEndInTheOrderOfTheirTimes) {
  OpenLoop loop(1);
  std::mutex mutex;
  std::vector<int> order;
  const SteadyTime begin = now();
  std::vector<std::future<bool>> ends;
  for (const int wait : {30, 10, 20, 0, -5}) {
    ends.push_back(spawned(loop, [&, wait] {
      const SteadyTime time = begin + std::chrono::milliseconds(wait);
      EXPECT_EQ(wait_until(time, {}), Waited::reached);
      const std::scoped_lock lock(mutex);
      order.push_back(wait);
      return now() >= time;
    }));
  }
  for (auto& end : ends) EXPECT_TRUE(end.get()) << "before its time";
  // Those that were over at once may come in any order.
  EXPECT_EQ(std::vector(order.end() - 3, order.end()), (std::vector{10, 20, 30}));
}

TEST(Loop, AWakeBeforeTheWaitIsNotLost) {
  OpenLoop loop(1);
  EXPECT_TRUE(spawned(loop, [] {
                LoopTask& task = *LoopTask::current();
                const LoopTask::Waker waker = task.waker();
                std::thread(waker).join();
                task.suspend();
                return true;
              }).get());
}

TEST(Loop, AWakerOutlivesItsTaskAndItsLoop) {
  std::optional<LoopTask::Waker> waker;
  {
    OpenLoop loop(1);
    waker = spawned(loop, [] { return LoopTask::current()->waker(); }).get();
    (*waker)();
    EXPECT_EQ(spawned(loop, [] { return 1; }).get(), 1);
  }
  (*waker)();
}

TEST(Loop, EndsAfterItsTasks) {
  std::atomic<int> ended = 0;
  {
    OpenLoop loop(1);
    for (int i = 0; i < 10; ++i) {
      loop->spawn([&] {
        wait_until(now() + 5ms, {});
        ++ended;
      });
    }
  }
  EXPECT_EQ(ended, 10);
}

TEST(Loop, MayBeLetGoByItsLastTask) {
  std::promise<pid_t> ended;
  struct Owner {
    std::promise<pid_t>& ended;
    OpenLoop loop{1};
    ~Owner() { ended.set_value(::gettid()); }
  };
  {
    // owners: this block and the task, the last
    const std::shared_ptr<Owner> owner(new Owner{.ended = ended});
    owner->loop->spawn([owner] { wait_until(now() + 5ms, {}); });
  }
  const pid_t thread = ended.get_future().get();
  EXPECT_NE(thread, ::gettid());
  // Nobody joins it; a process that ended first would leave the thread's memory behind.
  while (::tgkill(::getpid(), thread, 0) == 0) std::this_thread::yield();
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    reader = UniqueFd(ends[0]);
    writer = UniqueFd(ends[1]);
  }
  UniqueFd reader;
  UniqueFd writer;
};

class Recorder final : public LoopTask::Watcher {
 public:
  void ready(int /*descriptor*/, bool can_read, bool can_write) override {
    events.emplace_back(can_read, can_write);
  }
  std::vector<std::pair<bool, bool>> events;
};

TEST(Loop, TellsOnceOfADescriptor) {
  OpenLoop loop(1);
  const Pipe pipe;
  ASSERT_EQ(::write(pipe.writer.get(), "x", 1), 1);
  const auto told = spawned(loop, [&] {
                      Recorder recorder;
                      LoopTask& task = *LoopTask::current();
                      EXPECT_TRUE(task.watch(pipe.reader.get(), true, false, recorder));
                      while (recorder.events.empty()) task.suspend();
                      // It can still be read, and nobody asked again.
                      wait_until(now() + 2ms, {});
                      const std::size_t once = recorder.events.size();
                      EXPECT_TRUE(task.watch(pipe.reader.get(), true, false, recorder));
                      while (recorder.events.size() == once) task.suspend();
                      task.unwatch(pipe.reader.get());
                      EXPECT_EQ(recorder.events.front(), std::pair(true, false));
                      return std::pair(once, recorder.events.size());
                    }).get();
  EXPECT_EQ(told, (std::pair<std::size_t, std::size_t>(1, 2)));
}

TEST(Loop, ABrokenDescriptorCanBeReadAndWritten) {
  OpenLoop loop(1);
  Pipe pipe;
  pipe.reader = UniqueFd();
  const auto event = spawned(loop, [&] {
                       Recorder recorder;
                       LoopTask& task = *LoopTask::current();
                       EXPECT_TRUE(task.watch(pipe.writer.get(), false, true, recorder));
                       while (recorder.events.empty()) task.suspend();
                       task.unwatch(pipe.writer.get());
                       return recorder.events.front();
                     }).get();
  EXPECT_EQ(event, std::pair(true, true));
}

TEST(Loop, WhatCannotBeWatchedIsSaid) {
  OpenLoop loop(1);
  EXPECT_FALSE(spawned(loop, [] {
                 Recorder recorder;
                 return LoopTask::current()->watch(-1, true, false, recorder);
               }).get());
}

// --- Places for transfers.

TEST(Loop, TransfersWaitForTheirTurnInOrder) {
  constexpr std::size_t most = 2;
  OpenLoop loop(most);
  std::vector<int> order;
  std::size_t running = 0;
  std::size_t running_max = 0;
  std::vector<std::future<bool>> ends;
  for (int i = 0; i < 6; ++i) {
    ends.push_back(spawned(loop, [&, i] {
      LoopTask& task = *LoopTask::current();
      EXPECT_TRUE(task.enter_transfer(std::nullopt, {}));
      order.push_back(i);
      running_max = std::max(running_max, ++running);
      wait_until(now() + 2ms, {});
      --running;
      task.leave_transfer();
      return true;
    }));
  }
  for (auto& end : ends) end.get();
  EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(running_max, most);
}

TEST(Loop, WhoHasAPlaceGetsAnother) {
  OpenLoop loop(1);
  EXPECT_TRUE(spawned(loop, [] {
                LoopTask& task = *LoopTask::current();
                const bool both =
                    task.enter_transfer(std::nullopt, {}) && task.enter_transfer(std::nullopt, {});
                task.leave_transfer();
                task.leave_transfer();
                return both;
              }).get());
}

TEST(Loop, WhoeverWaitsForAPlaceCanBeStopped) {
  OpenLoop loop(1);
  std::stop_source release;
  std::promise<void> entered;
  auto holder = spawned(loop, [&] {
    LoopTask& task = *LoopTask::current();
    EXPECT_TRUE(task.enter_transfer(std::nullopt, {}));
    entered.set_value();
    wait_until(now() + 24h, release.get_token());
    task.leave_transfer();
    return true;
  });
  entered.get_future().get();
  std::stop_source stop;
  auto stopped = spawned(
      loop, [&] { return LoopTask::current()->enter_transfer(std::nullopt, stop.get_token()); });
  auto late = spawned(loop, [&] { return LoopTask::current()->enter_transfer(now() + 1ms, {}); });
  auto patient = spawned(loop, [&] {
    LoopTask& task = *LoopTask::current();
    const bool entered_too = task.enter_transfer(std::nullopt, {});
    if (entered_too) task.leave_transfer();
    return entered_too;
  });
  EXPECT_FALSE(late.get());
  stop.request_stop();
  EXPECT_FALSE(stopped.get());
  release.request_stop();
  EXPECT_TRUE(patient.get()) << "those that gave up are not waited for";
  EXPECT_TRUE(holder.get());
}

}  // namespace
}  // namespace argot::fetch
