// A few connections for reading, lent to one thread each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/lease.h"
#include "base/result.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

// Thread-safe.
class ReaderPool {
 public:
  using Lease = argot::Lease<ReaderPool, Connection>;

  ReaderPool(std::vector<std::unique_ptr<Connection>> connections,
             std::chrono::milliseconds wait_max)
      : wait_max_(wait_max), size_(connections.size()), idle_(std::move(connections)) {}
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  // Waits for a connection. Errors: unavailable (closed), overloaded (none came back in time).
  Result<Lease> lend();

  // Closes the connections once they are back; there are no further loans.
  void close();

 private:
  friend Lease;

  void put_back(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable returned_;
  const std::chrono::milliseconds wait_max_;
  const std::size_t size_;
  // The one used last is lent first: its cache is warm.
  std::vector<std::unique_ptr<Connection>> idle_;
  bool is_closed_ = false;
};

}  // namespace argot::catalog
