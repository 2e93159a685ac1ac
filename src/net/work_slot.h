// One job of a connection on the workers, awaited on the connection's event loop.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <utility>

#include "base/assert.h"
#include "base/worker_pool.h"
#include "net/asio_types.h"

namespace argot::net {

// Used from its loop only; the job alone runs elsewhere. Whoever owns a slot awaits wait() before
// destroying it.
class WorkSlot {
 public:
  WorkSlot(WorkerPool& workers, const Executor& loop) : workers_(workers), loop_(loop) {}
  WorkSlot(const WorkSlot&) = delete;
  WorkSlot& operator=(const WorkSlot&) = delete;
  ~WorkSlot() { ASSERT(!busy_); }

  // Begins `job`; one at a time.
  void start(WorkerPool::Job job) {
    ASSERT(!busy_);
    busy_ = true;
    workers_.submit([this, job = std::move(job)]() mutable {
      job();
      job = nullptr;
      asio::post(loop_, [this] { end(); });
    });
  }

  // Returns when no job is running.
  Task<> wait() {
    if (busy_) co_await park();
  }

 private:
  struct Park {
    WorkSlot* slot;

    template <typename Handler>
    void operator()(Handler handler) const {
      slot->waiting_ = std::move(handler);
    }
  };

  Task<> park() {
    return asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(Park{this},
                                                                               resume_here);
  }

  void end() {
    busy_ = false;
    if (waiting_) std::exchange(waiting_, nullptr)();
  }

  WorkerPool& workers_;
  Executor loop_;
  bool busy_ = false;
  std::move_only_function<void()> waiting_;
};

}  // namespace argot::net
