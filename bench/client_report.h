// What the clients under measurement share: their clocks, and the line of JSON that they end with.
// Start with Measurement.
#pragma once

#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace argot::bench {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Processor time of this process, all threads, in seconds.
inline double cpu_seconds() {
  struct rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const struct timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Not ru_maxrss, which counts what the parent had when it forked.
inline std::uint64_t peak_rss_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib) return kib;
  }
  return 0;
}

/// Of this process from the making of the object to report(); the memory is that of its whole life.
class Measurement {
 public:
  /// `count` is of bytes or calls; `id` is that of a file that is there now.
  void report(std::uint64_t count, std::string_view id = "") const {
    const double seconds = seconds_since(begin_);
    const double cpu = cpu_seconds() - cpu_;
    std::cout << "{\"count\": " << count << ", \"seconds\": " << seconds << ", \"cpu\": " << cpu
              << ", \"rss_kib\": " << peak_rss_kib() << ", \"id\": \"" << id << "\"}\n";
  }

 private:
  Clock::time_point begin_ = Clock::now();
  double cpu_ = cpu_seconds();
};

/// Waits until then, or until `stop` is asked for.
inline void wait_until(Clock::time_point then, const std::stop_token& stop = {}) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never_notified;
  never_notified.wait_until(lock, stop, then, [] { return false; });
}

/// Prints how long each of `count` calls went on after it had been asked to stop, which happens at
/// another moment of `span` each time. `call` gets the token and says whether that ended it.
template <typename Call>
void report_latencies(int count, std::chrono::milliseconds span, const Call& call) {
  constexpr double golden = 0.618034;
  std::vector<double> found;
  for (int i = 0; std::ssize(found) < count && i < 2 * count; ++i) {
    std::stop_source stop;
    Clock::time_point asked;
    const double part = 0.1 + 0.8 * std::fmod(i * golden, 1.0);
    const auto then = Clock::now() + std::chrono::duration_cast<Clock::duration>(part * span);
    std::jthread stopper([&] {
      wait_until(then);
      asked = Clock::now();
      stop.request_stop();
    });
    const bool was_stopped = call(stop.get_token());
    const auto ended = Clock::now();
    stopper.join();
    if (was_stopped) found.push_back(Milliseconds(ended - asked).count());
  }
  std::cout << "{\"milliseconds\": [";
  for (std::size_t i = 0; i < found.size(); ++i) std::cout << (i == 0 ? "" : ", ") << found[i];
  std::cout << "]}\n";
}

}  // namespace argot::bench
