// A thin skin over SQLite: connections, prepared statements and errors as values. Start at
// Connection. Nothing here knows what the catalogue keeps.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/sql.h"

struct sqlite3;
struct sqlite3_stmt;

namespace argot::catalog {

// Why a call failed, as far as callers act on it.
enum class Trouble {
  none,
  busy,            // another connection holds the lock
  full,            // the disk takes no more; nothing was committed
  read_only,       // the disk takes nothing; nothing was committed
  sync_failed,     // what the disk has is no longer known
  unknown_tenant,  // a foreign key points nowhere
  not_a_database,  // the file is something else
  inaccessible,    // cannot be opened or written
  damaged,         // SQLite found the file malformed
  other,
};

class Connection;

// One use of a prepared statement: bind values in the order of their numbers, then step. What goes
// wrong while preparing or binding comes out of the first step. Leaving the scope makes the
// statement ready for its next use; it must not outlive its Connection.
class Statement {
 public:
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Values are copied.
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind(Bytes bytes);
  Statement& bind(std::nullopt_t);
  template <typename T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind(std::nullopt);
  }

  // Whether there is a row to read.
  Result<bool> step();

  // Runs to the end; rows are passed over.
  Result<> run();

  // Columns of the current row, from 0. Views are valid until the next step.
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  Bytes bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* statement, int status)
      : connection_(connection), statement_(statement), status_(status) {}

  Connection& connection_;
  sqlite3_stmt* statement_;
  int status_;  // the first failure so far, or SQLITE_OK
  int bound_ = 0;
};

// One connection to one database file, with its prepared statements. Not thread-safe: one thread at
// a time.
class Connection {
 public:
  enum class Access { read_write, read_only };
  enum class Checkpoint { passive, restart, truncate };

  // The file must exist; an empty one is an empty database. `busy_timeout` bounds each wait for
  // other connections.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access,
                                                  std::chrono::milliseconds busy_timeout);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // The statement is prepared at its first use and kept. Only one use of it at a time.
  template <std::size_t size>
  Statement use(const Sql<size>& sql) {
    return use_text(std::string_view(sql.text, size - 1));
  }
  // For statements that take no values.
  template <std::size_t size>
  Result<> run(const Sql<size>& sql) {
    return use(sql).run();
  }
  // Several statements at once; meant for the migrations that were compiled in.
  Result<> run_script(const char* script);

  bool is_in_transaction() const;
  bool is_read_only() const;

  // What the last failure was.
  Trouble trouble() const { return trouble_; }

  // Length of the write-ahead log after this connection's last commit, in pages.
  std::uint64_t log_pages() const { return log_pages_; }

  // Moves the log into the database. Nothing does it unasked: a failed sync must be seen, and must
  // not be tried again behind our back. Waits for readers in all modes but `passive`.
  Result<> checkpoint(Checkpoint mode);

  // Where the connections of all processes see what was committed: the header of the log's index
  // (https://sqlite.org/walformat.html, section 2.1), as many words as a Revision has, which every
  // commit changes. Other threads may read them as well, until the last connection of this process
  // closes. A null pointer where there is no such index. Only after a first transaction.
  const volatile std::uint32_t* commits();

  // Leaves the log as it is when the last connection closes.
  void keep_log();

 private:
  friend class Statement;
  explicit Connection(sqlite3* database) : database_(database) {}

  Statement use_text(std::string_view sql);
  Error failure(int status);

  sqlite3* database_;
  Trouble trouble_ = Trouble::none;
  std::uint64_t log_pages_ = 0;
  // By their text, the copy of which belongs to the statement.
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;
};

}  // namespace argot::catalog
