#include "catalog/postgres_schema.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "catalog/postgres_transaction.h"

namespace argot::catalog {
namespace {

// "Argo" in ASCII: marks our tables, and is the number of the lock that a start takes.
constexpr std::int64_t application_id = 1'098'016'623;

// A server that does not know a setting has no such switch. What holds for synchronous_commit now
// is kept for this connection, whatever the server is told later.
constexpr Sql server_settings(
    "SELECT coalesce(current_setting('fsync', true), 'on'),"
    " coalesce(current_setting('full_page_writes', true), 'on'),"
    " set_config('synchronous_commit',"
    " coalesce(current_setting('synchronous_commit', true), 'on'), false),"
    " current_setting('transaction_read_only')");

// A migration may take longer than a statement of every day. The lock goes with the transaction.
constexpr Sql no_statement_timeout("SELECT set_config('statement_timeout', '0', true)");
constexpr Sql take_lock("SELECT pg_advisory_xact_lock($1)");

constexpr Sql tables(
    "SELECT current_schema(), count(*),"
    " coalesce(sum(CASE WHEN tablename = 'argot_catalogue' THEN 1 ELSE 0 END), 0)::bigint"
    " FROM pg_catalog.pg_tables WHERE schemaname = current_schema()");
constexpr Sql version_of_tables(
    "SELECT version FROM argot_catalogue WHERE application_id = $1 FOR UPDATE");
constexpr Sql set_version("UPDATE argot_catalogue SET version = $1");

std::unexpected<Error> cannot_start(const PostgresAddress& address, const std::string& what) {
  return fail(ErrorCode::cannot_start, "the catalogue '" + address.name() + "' " + what);
}

std::unexpected<Error> cannot_use(const PostgresAddress& address, const Error& error) {
  if (error.code == ErrorCode::cannot_start) return fail(error);
  if (error.code == ErrorCode::unavailable) {
    return cannot_start(address, "cannot be reached (" + error.detail +
                                     "): start the server, or correct the address");
  }
  if (error.code == ErrorCode::overloaded) {
    return cannot_start(address, "is being changed by another process (" + error.detail +
                                     "): wait for it, and try again");
  }
  return cannot_start(address, "cannot be used (" + error.detail +
                                   "): let this user create tables in the database, and look for "
                                   "trouble with the server");
}

// The version that the tables have: 0 where there are none at all.
Result<std::int64_t> recognise(PostgresTransaction& transaction, const PostgresAddress& address) {
  transaction.queue(no_statement_timeout);
  transaction.queue(take_lock, PostgresValues().number(application_id));
  TRY_DO(transaction.ask());
  transaction.queue(tables);
  TRY(const std::vector<PostgresRows> found, transaction.ask());
  const PostgresRow row = found[0][0];
  if (row.is_null(0)) {
    return cannot_start(address,
                        "has no schema to make tables in: create the schema that search_path "
                        "names, or name another one");
  }
  if (row.integer(1) == 0) return 0;
  if (row.integer(2) != 0) {
    transaction.queue(version_of_tables, PostgresValues().number(application_id));
    TRY(const std::vector<PostgresRows> versions, transaction.ask());
    if (!versions[0].is_empty()) return versions[0][0].integer(0);
  }
  return cannot_start(address,
                      "is the database of another program: name another database, or a schema of "
                      "its own with ?options=-csearch_path%3DNAME");
}

Result<> apply_missing(PostgresConnection& connection, std::span<const char* const> scripts,
                       const PostgresAddress& address) {
  PostgresTransaction transaction(connection);
  TRY(std::int64_t version, recognise(transaction, address));
  const auto newest = static_cast<std::int64_t>(scripts.size());
  if (version > newest) {
    return cannot_start(address,
                        "has version " + std::to_string(version) +
                            ", and this program knows versions up to " + std::to_string(newest) +
                            ": start the newer program, or restore a backup made before it");
  }
  for (; version < newest; ++version) {
    TRY_DO(connection.run_script(scripts[static_cast<std::size_t>(version)]));
    transaction.queue(set_version, PostgresValues().number(version + 1));
    TRY_DO(transaction.ask());
  }
  TRY_DO(transaction.commit());
  return {};
}

}  // namespace

Result<> check_server(PostgresConnection& connection, const PostgresAddress& address) {
  TRY(const PostgresRows settings, connection.run(server_settings));
  const PostgresRow row = settings[0];
  const std::pair<const char*, int> switches[] = {
      {"fsync", 0}, {"full_page_writes", 1}, {"synchronous_commit", 2}};
  for (const auto& [name, column] : switches) {
    if (row.text(column) != "off") continue;
    return cannot_start(address, "would lose acknowledged files in a power cut: set " +
                                     std::string(name) + " = on in the server's settings");
  }
  if (row.text(3) != "off") {
    return cannot_start(address, "only takes reads: name the primary server");
  }
  return {};
}

Result<std::unique_ptr<PostgresConnection>> open_postgres(const PostgresAddress& address,
                                                          const PostgresTimeouts& timeouts) {
  TRY(std::unique_ptr<PostgresConnection> connection, PostgresConnection::open(address, timeouts));
  if (Result<> fit = check_server(*connection, address); !fit) return fail(std::move(fit).error());
  return connection;
}

Result<> migrate_postgres(PostgresConnection& connection, std::span<const char* const> scripts,
                          const PostgresAddress& address) {
  // Where the lock does not keep others away, as in some distributed databases, their changes of
  // the same tables are a conflict.
  constexpr int attempts_max = 10;
  for (int attempt = 1;; ++attempt) {
    const Result<> applied = apply_missing(connection, scripts, address);
    if (applied) return {};
    const bool is_conflict =
        applied.error().code == ErrorCode::unavailable && !connection.is_broken();
    if (attempt == attempts_max || !is_conflict) {
      return cannot_use(address, applied.error());
    }
  }
}

Result<> prepare_postgres(const PostgresAddress& address, const PostgresTimeouts& timeouts) {
  const Result<std::unique_ptr<PostgresConnection>> connection = open_postgres(address, timeouts);
  if (!connection) return cannot_use(address, connection.error());
  return migrate_postgres(**connection, postgres_migrations(), address);
}

}  // namespace argot::catalog
