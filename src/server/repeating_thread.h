// A thread that does something again and again, with waits that an end or a wake-up cuts short.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace argot::server {

// start() and stop() are one thread's; wake() is anybody's.
class RepeatingThread {
 public:
  // Does it once, giving up early when it is told to; returns how long to wait before the next.
  using Step = std::function<std::chrono::milliseconds(const std::stop_token& stop)>;

  explicit RepeatingThread(Step step) : step_(std::move(step)) {}
  RepeatingThread(const RepeatingThread&) = delete;
  RepeatingThread& operator=(const RepeatingThread&) = delete;
  // Stops.
  ~RepeatingThread() = default;

  void start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }

  // Ends the wait under way, or the next one, before its time.
  void wake() {
    {
      const std::scoped_lock lock(mutex_);
      is_woken_ = true;
    }
    changed_.notify_one();
  }

  // Tells the thread to end, and waits for nothing.
  void request_stop() { thread_.request_stop(); }

  // Returns when the thread has ended, if it was started.
  void stop() {
    request_stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::chrono::milliseconds pause = step_(stop);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, pause, [this] { return is_woken_; });
      is_woken_ = false;
    }
  }

  Step step_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool is_woken_ = false;  // guarded by mutex_
  std::jthread thread_;    // the last member: it ends before the others go
};

}  // namespace argot::server
