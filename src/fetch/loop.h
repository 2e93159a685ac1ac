// One thread that runs many blocking calls at once. Each call is a task with a stack of its own; it
// is left where it would block, and gone on with when what it waits for has come.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/clock.h"
#include "fetch/message.h"

namespace argot::fetch {

class LoopCore;

// The task that runs on this thread. Everything but a Waker is for the task itself only.
class LoopTask {
 public:
  // Wakes a task; does nothing where it has ended. Thread-safe, and may outlive the loop.
  class Waker {
   public:
    Waker(std::weak_ptr<LoopCore> core, std::uint64_t task) : core_(std::move(core)), task_(task) {}
    void operator()() const;

   private:
    std::weak_ptr<LoopCore> core_;
    std::uint64_t task_;
  };

  // Told of what happens to descriptors, on the loop's thread and while no task runs.
  class Watcher {
   public:
    virtual void ready(int descriptor, bool can_read, bool can_write) = 0;

   protected:
    ~Watcher() = default;
  };

  // Null on every thread that is no loop's.
  static LoopTask* current();

  // Leaves the task until it is woken, one of its descriptors is ready, or the time has come. May
  // return early.
  void suspend(std::optional<SteadyTime> until = std::nullopt);
  Waker waker() const;

  // Tells `watcher` once, and wakes this task; then it has to be said again. False where the system
  // refuses.
  bool watch(int descriptor, bool for_read, bool for_write, Watcher& watcher);
  void unwatch(int descriptor);

  // A transfer's place among those that run at once. A task that has one gets others without
  // waiting, lest it waits for itself.
  bool enter_transfer(std::optional<SteadyTime> until, const std::stop_token& stop);
  void leave_transfer();

 private:
  friend class LoopCore;
  LoopTask(LoopCore& core, std::uint64_t id) : core_(core), id_(id) {}

  LoopCore& core_;
  const std::uint64_t id_;
  std::size_t transfers_ = 0;
};

class Loop {
 public:
  // At most `transfers_max` transfers at once; the others wait for their turn. Fails where the
  // system has no more threads or descriptors.
  static std::expected<std::unique_ptr<Loop>, Failure> open(std::size_t transfers_max);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // Waits for every task, except when a task itself is the last to let go of the loop.
  ~Loop();

  // Runs `work`, which must not throw, as a task. False where there is no memory for its stack.
  // Thread-safe.
  bool spawn(std::function<void()> work);

 private:
  Loop() = default;

  // owners: this loop, and its thread, which may outlive it
  std::shared_ptr<LoopCore> core_;
  std::thread thread_;
};

}  // namespace argot::fetch
