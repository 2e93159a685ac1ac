// A log that a test waits at for an event.
#pragma once

#include <chrono>
#include <condition_variable>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"

namespace argot::testing {

// Thread-safe.
class WatchedLog final : public Log {
 public:
  // No test waits as long as this unless it is about to fail.
  static constexpr std::chrono::seconds patience{30};

  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override {
    const std::scoped_lock lock(mutex_);
    events_.emplace_back(event);
    changed_.notify_all();
  }

  // Whether the event comes; every one of its kind is forgotten with it.
  bool wait_for(const std::string& event) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return std::erase(events_, event) > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

}  // namespace argot::testing
