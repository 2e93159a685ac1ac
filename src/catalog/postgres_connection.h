// A thin skin over libpq: one connection, its prepared statements, answers and errors as values.
// Start at PostgresConnection. Nothing here knows what the catalogue keeps.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "catalog/postgres_address.h"
#include "catalog/sql.h"

struct pg_conn;
struct pg_result;

namespace argot::catalog {

// The values of a statement's parameters, in the order of their numbers. They are copied.
class PostgresValues {
 public:
  // An id, for a column of type text. No id of ours has other characters than letters, digits and a
  // few signs of ASCII, and the server refuses some: each of those becomes one that no id has.
  PostgresValues& id(std::string_view text);
  PostgresValues& optional_id(const std::optional<std::string>& text);
  // Anybody's bytes, for a column of type bytea.
  PostgresValues& bytes(Bytes bytes);
  PostgresValues& bytes(std::string_view text) { return bytes(as_bytes(text)); }
  PostgresValues& optional_bytes(const std::optional<std::string>& text);
  PostgresValues& number(std::int64_t number);
  PostgresValues& number(const std::optional<std::int64_t>& number);

 private:
  friend class PostgresConnection;

  struct Value {
    std::uint32_t type;  // its object id in the server's catalogue
    std::optional<std::string> bytes;
  };

  std::vector<Value> values_;
};

// One row of an answer; valid as long as the answer.
class PostgresRow {
 public:
  std::string_view text(int column) const;
  std::int64_t integer(int column) const;
  Bytes bytes(int column) const;
  bool is_null(int column) const;

 private:
  friend class PostgresRows;
  PostgresRow(const pg_result* result, int row) : result_(result), row_(row) {}

  const pg_result* result_;
  int row_;
};

// What a statement was answered with; no rows where it gives none.
class PostgresRows {
 public:
  int size() const;
  bool is_empty() const { return size() == 0; }
  PostgresRow operator[](int row) const;

 private:
  friend class PostgresConnection;
  struct Free {
    void operator()(pg_result* result) const;
  };
  explicit PostgresRows(pg_result* result) : result_(result) {}

  std::unique_ptr<pg_result, Free> result_;
};

// Why a call failed, as far as callers act on it.
enum class PostgresTrouble {
  none,
  broken,          // the connection is gone, and nobody says what became of its last statements
  conflict,        // others changed the same; the same transaction may succeed when repeated
  duplicate,       // a unique index has it already
  unknown_tenant,  // a foreign key points nowhere
  other,
};

// How long things may take. The server keeps to the first three, even when we are gone.
struct PostgresTimeouts {
  std::chrono::milliseconds statement{30'000};
  std::chrono::milliseconds lock{15'000};
  // Less than the wait for a lock: whoever waits for a client that is gone then gets it after all.
  std::chrono::milliseconds idle_in_transaction{5'000};
  std::chrono::seconds connect{5};
  // For the next bytes of an answer; longer than a statement may take.
  std::chrono::milliseconds answer{45'000};
};

// Not thread-safe: one thread at a time. All statements but scripts go in a pipeline: several are
// sent at once, and answered at once.
class PostgresConnection {
 public:
  // Error: unavailable, with what the server or the system said.
  static Result<std::unique_ptr<PostgresConnection>> open(const PostgresAddress& address,
                                                          const PostgresTimeouts& timeouts);

  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection();

  // Puts a statement at the end of those to be sent, until when its text must stay. It is prepared
  // at its first use and kept.
  template <std::size_t size>
  void queue(const Sql<size>& sql, const PostgresValues& values = {}) {
    queued_.push_back({std::string_view(sql.text, size - 1), values});
  }
  // Sends what is queued and gives the answers in its order. Outside of a transaction it is one by
  // itself: all or nothing. Error: the first one; the statements after it were not done.
  Result<std::vector<PostgresRows>> flush();

  // As if nothing had been queued.
  void forget_queue() { queued_.clear(); }

  // One statement by itself.
  template <std::size_t size>
  Result<PostgresRows> run(const Sql<size>& sql, const PostgresValues& values = {}) {
    queue(sql, values);
    TRY(std::vector<PostgresRows> answers, flush());
    return std::move(answers.front());
  }

  // Several statements without values, for as long as they take; meant for the migrations that were
  // compiled in.
  Result<> run_script(const char* script);

  bool is_in_transaction() const;
  bool is_broken() const;

  // How the last flush() or script failed.
  PostgresTrouble trouble() const { return trouble_; }

  // The server's own identification of what serves this connection, for tests.
  int process_id() const;

 private:
  struct Queued {
    std::string_view sql;
    PostgresValues values;
  };

  // What the answers to all that was sent at once come to.
  struct Flush {
    // The text of what is to be prepared, nothing for what is to be run.
    std::vector<std::optional<std::string>> sent;
    std::size_t answered = 0;  // of those
    std::vector<PostgresRows> answers;
    std::optional<Error> error;
    bool is_over = false;
  };

  PostgresConnection(pg_conn* connection, PostgresAddress address, std::chrono::milliseconds answer)
      : connection_(connection), address_(std::move(address)), answer_timeout_(answer) {}

  bool send(const Queued& queued, Flush& flush);
  void take(PostgresRows answer, Flush& flush);
  // A null pointer where the answers to one statement end.
  Result<pg_result*> next_result();
  Error failure(const pg_result* result);
  std::unexpected<Error> give_up(const std::string& why);

  pg_conn* connection_;
  PostgresAddress address_;
  std::chrono::milliseconds answer_timeout_;
  PostgresTrouble trouble_ = PostgresTrouble::none;
  bool is_given_up_ = false;
  std::vector<Queued> queued_;
  // The server's names for what it has prepared, by their texts.
  std::map<std::string, std::string, std::less<>> names_;
  std::uint64_t names_given_ = 0;
};

}  // namespace argot::catalog
