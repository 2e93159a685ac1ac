// Threads for what blocks: content I/O, hashing, commits, requests to S3. Who submits never waits.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace argot {

// Runs jobs in the order in which they came, as many at once as there are threads. Thread-safe. The
// queue is bounded by those who fill it.
class WorkerPool {
 public:
  using Job = std::move_only_function<void()>;

  explicit WorkerPool(std::size_t threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  // Runs what is queued, and what those jobs submit, then ends the threads.
  ~WorkerPool();

  // The job must not throw.
  void submit(Job job);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace argot
