// One transaction on one connection: statements are queued, asked together, and committed with the
// last of them. What is not committed is undone.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_queries.h"

namespace argot::catalog {

// Not thread-safe. The connection must outlive it, and is nobody else's meanwhile.
class PostgresTransaction {
 public:
  explicit PostgresTransaction(PostgresConnection& connection) : connection_(connection) {
    connection_.queue(postgres::queries::begin);
  }
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;
  ~PostgresTransaction() { undo(); }

  template <std::size_t size>
  void queue(const Sql<size>& sql, const PostgresValues& values = {}) {
    connection_.queue(sql, values);
  }

  // The answers to what was queued since the last call, in its order. Error: nothing more can be
  // asked.
  Result<std::vector<PostgresRows>> ask();
  // As ask(), and then the transaction is committed; it is the last call.
  Result<std::vector<PostgresRows>> commit();
  // Gives it up. Calling it again does nothing.
  void undo();

  // Whether a commit neither failed nor succeeded for certain.
  bool is_outcome_unknown() const { return is_outcome_unknown_; }
  // How ask() or commit() failed.
  PostgresTrouble trouble() const { return trouble_; }

 private:
  PostgresConnection& connection_;
  bool has_begun_ = false;
  bool is_over_ = false;
  bool is_outcome_unknown_ = false;
  PostgresTrouble trouble_ = PostgresTrouble::none;
};

}  // namespace argot::catalog
