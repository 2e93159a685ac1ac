#include "catalog/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <utility>

#include "base/assert.h"

namespace argot::catalog {
namespace {

// `system_error` is the errno behind a failed write, and means nothing otherwise.
Trouble trouble_of(int status, int system_error) {
  switch (status) {
    case SQLITE_IOERR_WRITE: {
      if (system_error == EROFS) return Trouble::read_only;
      // Full for other reasons than the one that SQLite calls SQLITE_FULL.
      return system_error == EDQUOT || system_error == EFBIG ? Trouble::full : Trouble::other;
    }
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
      return Trouble::sync_failed;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Trouble::unknown_tenant;
    default:
      break;
  }
  switch (status & 0xFF) {  // the primary code
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Trouble::busy;
    case SQLITE_FULL:
      return Trouble::full;
    case SQLITE_NOTADB:
      return Trouble::not_a_database;
    case SQLITE_CORRUPT:
      return Trouble::damaged;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Trouble::inaccessible;
    default:
      return Trouble::other;
  }
}

ErrorCode code_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::busy:
      return ErrorCode::unavailable;
    case Trouble::full:
    case Trouble::read_only:
      return ErrorCode::insufficient_storage;
    case Trouble::unknown_tenant:
      return ErrorCode::invalid_request;
    case Trouble::none:
    case Trouble::sync_failed:
    case Trouble::not_a_database:
    case Trouble::inaccessible:
    case Trouble::damaged:
    case Trouble::other:
      return ErrorCode::internal;
  }
  std::unreachable();
}

int mode_of(Connection::Checkpoint mode) {
  switch (mode) {
    case Connection::Checkpoint::passive:
      return SQLITE_CHECKPOINT_PASSIVE;
    case Connection::Checkpoint::restart:
      return SQLITE_CHECKPOINT_RESTART;
    case Connection::Checkpoint::truncate:
      return SQLITE_CHECKPOINT_TRUNCATE;
  }
  std::unreachable();
}

}  // namespace

Statement::~Statement() {
  if (statement_ == nullptr) return;
  // The result repeats what step() has said already.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Statement& Statement::bind(std::string_view text) {
  if (status_ != SQLITE_OK) return *this;
  // A null pointer would bind NULL instead of the empty text.
  const char* const begin = text.data() == nullptr ? "" : text.data();
  status_ =
      sqlite3_bind_text64(statement_, ++bound_, begin, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  if (status_ == SQLITE_OK) status_ = sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

Statement& Statement::bind(Bytes bytes) {
  if (status_ != SQLITE_OK) return *this;
  const void* const begin = bytes.empty() ? static_cast<const void*>("") : bytes.data();
  status_ = sqlite3_bind_blob64(statement_, ++bound_, begin, bytes.size(), SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(std::nullopt_t) {
  if (status_ == SQLITE_OK) status_ = sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Result<bool> Statement::step() {
  if (status_ != SQLITE_OK) return fail(connection_.failure(status_));
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return fail(connection_.failure(status));
}

Result<> Statement::run() {
  for (;;) {
    TRY(const bool has_row, step());
    if (!has_row) return {};
  }
}

std::string_view Statement::text(int column) const {
  const auto* const begin = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {begin == nullptr ? "" : begin,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

Bytes Statement::bytes(int column) const {
  const auto* const begin = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Access access,
                                                     std::chrono::milliseconds busy_timeout) {
  // NOMUTEX: one thread at a time is our promise, so SQLite need not lock on every call.
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  // Before the first use of the library. Nobody asks how much memory it holds, and the counting
  // takes one lock for all threads at every allocation.
  [[maybe_unused]] static const int configured = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* database = nullptr;
  const int status = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (status != SQLITE_OK) return fail(connection->failure(status));

  sqlite3_busy_timeout(database, static_cast<int>(busy_timeout.count()));
  // The log is checkpointed by checkpoint() only; the hook merely notes how long it has become.
  sqlite3_wal_hook(
      database,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->log_pages_ = static_cast<std::uint64_t>(pages);
        return SQLITE_OK;
      },
      connection.get());
  // The schema is data of the file: nothing in it may call functions with side effects.
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (access == Access::read_only) {
    static constexpr Sql query_only("PRAGMA query_only = ON");
    TRY_DO(connection->run(query_only));
    connection->keep_log();
  }
  return connection;
}

Connection::~Connection() {
  for (const auto& [text, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

Statement Connection::use_text(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) {
    ASSERT(sqlite3_stmt_busy(known->second) == 0);
    return {*this, known->second, SQLITE_OK};
  }
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (statement != nullptr) statements_.emplace(sqlite3_sql(statement), statement);
  return {*this, statement, status};
}

Result<> Connection::run_script(const char* script) {
  const int status = sqlite3_exec(database_, script, nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return fail(failure(status));
  return {};
}

bool Connection::is_in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

bool Connection::is_read_only() const { return sqlite3_db_readonly(database_, "main") != 0; }

Result<> Connection::checkpoint(Checkpoint mode) {
  const int status = sqlite3_wal_checkpoint_v2(database_, "main", mode_of(mode), nullptr, nullptr);
  if (status != SQLITE_OK) return fail(failure(status));
  return {};
}

const volatile std::uint32_t* Connection::commits() {
  constexpr int region_bytes = 32 * 1024;
  sqlite3_file* file = nullptr;
  const int status =
      sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (status != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return nullptr;
  if (file->pMethods->iVersion < 2 || file->pMethods->xShmMap == nullptr) return nullptr;
  volatile void* index = nullptr;
  if (file->pMethods->xShmMap(file, 0, region_bytes, 0, &index) != SQLITE_OK) return nullptr;
  return static_cast<const volatile std::uint32_t*>(index);
}

void Connection::keep_log() {
  sqlite3_db_config(database_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Error Connection::failure(int status) {
  // SQLite 3.40 does not keep it for a failed COMMIT, but leaves it as its last write did.
  const int system_error = errno;
  trouble_ = trouble_of(status, system_error);
  const char* const message =
      database_ == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(database_);
  return Error{.code = code_of(trouble_),
               .detail = std::string(message) + " (SQLite " + std::to_string(status) + ")"};
}

}  // namespace argot::catalog
