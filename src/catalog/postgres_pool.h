// A few connections to a PostgreSQL server, made when they are needed and lent to one thread each.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/lease.h"
#include "base/result.h"
#include "catalog/postgres_connection.h"

namespace argot::catalog {

struct PostgresPoolOptions {
  std::size_t connections_max = 16;
  std::chrono::milliseconds wait_max{5'000};  // for one that is lent
};

// Thread-safe.
class PostgresPool {
 public:
  // Makes a connection that is fit for use.
  using Open = std::function<Result<std::unique_ptr<PostgresConnection>>()>;

  using Lease = argot::Lease<PostgresPool, PostgresConnection>;

  PostgresPool(Open open, PostgresPoolOptions options)
      : open_(std::move(open)), options_(options) {}
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;
  ~PostgresPool() { close(); }

  // Waits for a connection, and makes one if there are too few. Errors: unavailable (closed, or the
  // server cannot be reached), overloaded (none came back in time).
  Result<Lease> lend();

  // Lets go of those that nobody has: when one is broken, the others mostly are as well.
  void drop_idle();

  // Waits that long before something is tried again. False: the pool was closed.
  bool pause(std::chrono::milliseconds length);

  // Closes the connections once they are back; there are no further loans.
  void close();

  // How many connections there are.
  std::size_t size() const;

 private:
  friend Lease;

  void put_back(std::unique_ptr<PostgresConnection> connection);
  void forget_one();

  mutable std::mutex mutex_;  // guards all below but open_ and options_
  std::condition_variable changed_;
  // The one used last is lent first.
  std::vector<std::unique_ptr<PostgresConnection>> idle_;
  std::size_t size_ = 0;  // idle, lent and being made
  bool is_closed_ = false;
  const Open open_;
  const PostgresPoolOptions options_;
};

}  // namespace argot::catalog
