// The threads that talk to S3 behind the back of whoever writes.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace argot::blob {

// Runs jobs in the order in which they came, so many at once. How many wait is bounded by whoever
// submits them. Thread-safe.
class S3Threads {
 public:
  using Job = std::move_only_function<void()>;

  explicit S3Threads(std::size_t count);
  S3Threads(const S3Threads&) = delete;
  S3Threads& operator=(const S3Threads&) = delete;
  // Returns when all jobs have run, those too that they submit.
  ~S3Threads();

  // The job must not throw.
  void submit(Job job);

 private:
  void run();

  std::mutex mutex_;  // Guards the three below.
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace argot::blob
