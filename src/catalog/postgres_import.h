// Rows of another catalogue put into the tables of an empty one on PostgreSQL, in one transaction:
// whoever looks sees all of them or none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "catalog/portable_rows.h"
#include "catalog/postgres_address.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_transaction.h"

namespace argot::catalog {

// Not thread-safe. Destroyed before commit() succeeded, it has changed nothing, but that the tables
// were made. Errors of every call: unavailable, overloaded, internal, as Catalog has them; after
// one, only destruction is allowed.
class PostgresImport {
 public:
  // Makes the tables where there are none, and keeps starts of servers waiting that would make an
  // organisation. Error: cannot_start.
  static Result<std::unique_ptr<PostgresImport>> open(const std::string& uri);

  // The name of the server and the database, without a password.
  const std::string& name() const { return address_.name(); }

  // Ids of up to `count` of those that are there, oldest first.
  Result<std::vector<std::string>> organizations(std::int64_t count);

  // All rows of a table, as this transaction sees them, by its key. An error of `see` is passed on.
  Result<> read(Table table, const SeeRow& see);

  // The rows before it have to be there that it refers to.
  Result<> add(Table table, const PortableRow& row);
  // Sends what add() has kept back.
  Result<> flush();

  // The next rows get numbers behind those that were added; then all is there for good. It is the
  // last call. Error: outcome_unknown, where only another look tells.
  Result<> commit();

 private:
  PostgresImport(PostgresAddress address, std::unique_ptr<PostgresConnection> connection)
      : address_(std::move(address)),
        connection_(std::move(connection)),
        transaction_(*connection_) {}

  template <typename Columns>
  Result<> read_table(const SeeRow& see);

  const PostgresAddress address_;
  const std::unique_ptr<PostgresConnection> connection_;
  PostgresTransaction transaction_;
  // Of what was added and not sent.
  std::size_t rows_kept_ = 0;
  std::size_t bytes_kept_ = 0;
};

}  // namespace argot::catalog
