#include "catalog/reader_pool.h"

#include <utility>

namespace argot::catalog {

Result<ReaderPool::Lease> ReaderPool::lend() {
  std::unique_lock lock(mutex_);
  const bool is_ready =
      returned_.wait_for(lock, wait_max_, [this] { return !idle_.empty() || is_closed_; });
  if (is_closed_) return fail(ErrorCode::unavailable, "the catalogue is closed");
  if (!is_ready) return fail(ErrorCode::overloaded, "too many reads of the catalogue");
  std::unique_ptr<Connection> connection = std::move(idle_.back());
  idle_.pop_back();
  return Lease(*this, std::move(connection));
}

void ReaderPool::close() {
  std::vector<std::unique_ptr<Connection>> closing;
  std::unique_lock lock(mutex_);
  if (is_closed_) return;
  is_closed_ = true;
  returned_.notify_all();
  returned_.wait(lock, [this] { return idle_.size() == size_; });
  closing.swap(idle_);
}

void ReaderPool::put_back(std::unique_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(connection));
  // All: the one who closes waits as well as those who borrow.
  returned_.notify_all();
}

}  // namespace argot::catalog
