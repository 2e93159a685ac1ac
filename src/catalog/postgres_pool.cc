#include "catalog/postgres_pool.h"

#include <utility>

namespace argot::catalog {

Result<PostgresPool::Lease> PostgresPool::lend() {
  {
    std::unique_lock lock(mutex_);
    const bool is_ready = changed_.wait_for(lock, options_.wait_max, [this] {
      return !idle_.empty() || size_ < options_.connections_max || is_closed_;
    });
    if (is_closed_) return fail(ErrorCode::unavailable, "the catalogue is closed");
    if (!is_ready) return fail(ErrorCode::overloaded, "too many calls of the catalogue");
    if (!idle_.empty()) {
      std::unique_ptr<PostgresConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(connection));
    }
    ++size_;
  }
  Result<std::unique_ptr<PostgresConnection>> opened = open_();
  if (!opened) {
    forget_one();
    return fail(std::move(opened).error());
  }
  return Lease(*this, *std::move(opened));
}

void PostgresPool::drop_idle() {
  std::vector<std::unique_ptr<PostgresConnection>> dropped;
  const std::scoped_lock lock(mutex_);
  dropped.swap(idle_);
  size_ -= dropped.size();
  changed_.notify_all();
}

bool PostgresPool::pause(std::chrono::milliseconds length) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, length, [this] { return is_closed_; });
}

void PostgresPool::close() {
  std::unique_lock lock(mutex_);
  is_closed_ = true;
  size_ -= idle_.size();
  idle_.clear();
  changed_.notify_all();
  changed_.wait(lock, [this] { return size_ == 0; });
}

std::size_t PostgresPool::size() const {
  const std::scoped_lock lock(mutex_);
  return size_;
}

void PostgresPool::put_back(std::unique_ptr<PostgresConnection> connection) {
  // One in the middle of something would carry it into the next loan.
  if (connection->is_broken() || connection->is_in_transaction()) {
    connection.reset();
    forget_one();
    return;
  }
  const std::scoped_lock lock(mutex_);
  if (is_closed_) {
    connection.reset();
    --size_;
  } else {
    idle_.push_back(std::move(connection));
  }
  changed_.notify_all();
}

void PostgresPool::forget_one() {
  const std::scoped_lock lock(mutex_);
  --size_;
  changed_.notify_all();
}

}  // namespace argot::catalog
