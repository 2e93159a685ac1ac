#include "fetch/wait.h"

#include <condition_variable>
#include <mutex>

#include "fetch/loop.h"

namespace argot::fetch {

namespace {

void suspend_until(LoopTask& task, SteadyTime time, const std::stop_token& stop) {
  const std::stop_callback wake(stop, task.waker());
  while (!stop.stop_requested() && SystemClock().steady() < time) task.suspend(time);
}

void block_until(SteadyTime time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  std::unique_lock lock(mutex);
  never_notified.wait_until(lock, stop, time, [] { return false; });
}

}  // namespace

Waited wait_until(SteadyTime time, const std::stop_token& stop) {
  if (LoopTask* const task = LoopTask::current()) {
    suspend_until(*task, time, stop);
  } else {
    block_until(time, stop);
  }
  return stop.stop_requested() ? Waited::stopped : Waited::reached;
}

}  // namespace argot::fetch
