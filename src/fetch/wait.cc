#include "fetch/wait.h"

#include <condition_variable>
#include <mutex>

namespace argot::fetch {

Waited wait_until(SteadyTime time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  std::unique_lock lock(mutex);
  never_notified.wait_until(lock, stop, time, [] { return false; });
  return stop.stop_requested() ? Waited::stopped : Waited::reached;
}

}  // namespace argot::fetch
