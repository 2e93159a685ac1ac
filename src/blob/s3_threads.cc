#include "blob/s3_threads.h"

#include <utility>

namespace argot::blob {

S3Threads::S3Threads(std::size_t count) {
  for (std::size_t number = 0; number < count; ++number) {
    threads_.emplace_back([this] { run(); });
  }
}

S3Threads::~S3Threads() {
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

void S3Threads::submit(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void S3Threads::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !jobs_.empty() || is_ending_; });
    // A job that is still running has its thread look here once more, so nothing is left behind.
    if (jobs_.empty()) return;
    {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
    }
    lock.lock();
  }
}

}  // namespace argot::blob
