#include "catalog/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"
#include "catalog/log_file.h"
#include "catalog/queries.h"

namespace argot::catalog {
namespace {

// "Argo" in ASCII, as schema/0001_initial.sql sets it.
constexpr std::int64_t application_id_expected = 1'098'016'623;

// How often a database that others are opening at the same moment is tried again.
constexpr int attempts_max = 100;

constexpr Sql read_application_id("PRAGMA application_id");
constexpr Sql user_version("PRAGMA user_version");
constexpr Sql table_count("SELECT count(*) FROM sqlite_schema");
constexpr Sql journal_mode_wal("PRAGMA journal_mode = WAL");
constexpr Sql quick_check("PRAGMA quick_check(1)");

// FULL: the log is synced before a commit returns. NORMAL would lose acknowledged commits in a
// power cut. The limit shortens a log that a burst has made long.
constexpr Sql synchronous("PRAGMA synchronous = FULL");
constexpr Sql foreign_keys("PRAGMA foreign_keys = ON");
constexpr Sql journal_size_limit("PRAGMA journal_size_limit = 16777216");

// Memory is bounded: no mapping of the file, no temporary files, caches in KiB.
constexpr Sql mmap_size("PRAGMA mmap_size = 0");
constexpr Sql temp_store("PRAGMA temp_store = MEMORY");
constexpr Sql writer_cache_size("PRAGMA cache_size = -4096");
constexpr Sql reader_cache_size("PRAGMA cache_size = -1024");

std::string system_message(int error) { return std::generic_category().message(error); }

std::unexpected<Error> cannot_start(const std::string& path, const std::string& what) {
  return fail(ErrorCode::cannot_start, "the catalogue '" + path + "' " + what);
}

// What SQLite's refusal means to an operator.
std::unexpected<Error> cannot_start(const std::string& path, Trouble trouble, const Error& error) {
  const std::string reason = "(" + error.detail + ")";
  switch (trouble) {
    case Trouble::busy:
      return cannot_start(
          path, "is locked by another process " + reason + ": stop that process, or try again");
    case Trouble::full:
      return cannot_start(path, "cannot be written, the disk is full: free some space");
    case Trouble::read_only:
      return cannot_start(path, "cannot be written, the disk is read-only: mount it for writing");
    case Trouble::not_a_database:
      return cannot_start(
          path, "is not a SQLite database: name another file, or restore this one from a backup");
    case Trouble::inaccessible:
      return cannot_start(path, "cannot be opened for writing " + reason +
                                    ": let this user write the file and its folder");
    case Trouble::damaged:
      return cannot_start(path, "is damaged " + reason + ": restore it from a backup");
    case Trouble::none:
    case Trouble::sync_failed:
    case Trouble::unknown_tenant:
    case Trouble::other:
      break;
  }
  return cannot_start(path, "cannot be used " + reason + ": look for trouble with the disk");
}

// The names of the database and its log must survive a power cut as surely as what is written under
// them.
Result<> sync_folder(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const char* const folder = parent.empty() ? "." : parent.c_str();
  const UniqueFd descriptor(::open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor || ::fsync(descriptor.get()) != 0) {
    return cannot_start(path, "cannot be made durable (" + system_message(errno) +
                                  "): look for trouble with the disk");
  }
  return {};
}

// Made here and not by SQLite, which would let everybody read it.
Result<> make_file(const std::string& path) {
  {
    const UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file && errno == EEXIST) return {};
    if (!file) {
      return cannot_start(path, "cannot be made (" + system_message(errno) +
                                    "): let this user write a folder that exists");
    }
  }
  return sync_folder(path);
}

bool has_log(const std::string& path) {
  struct stat status{};
  return ::stat((path + "-wal").c_str(), &status) == 0 && status.st_size > 0;
}

template <std::size_t size>
Result<std::int64_t> read_number(Connection& connection, const Sql<size>& sql) {
  Statement statement = connection.use(sql);
  TRY(const bool has_row, statement.step());
  return has_row ? statement.integer(0) : 0;
}

template <std::size_t size>
Result<std::string> read_text(Connection& connection, const Sql<size>& sql) {
  Statement statement = connection.use(sql);
  TRY(const bool has_row, statement.step());
  std::string text(has_row ? statement.text(0) : std::string_view());
  // To the end, because what a pragma says first it may only do then, and fail.
  TRY_DO(statement.run());
  return text;
}

// Refuses what is not ours before anything is written to it.
Result<> recognise(Connection& connection, const std::string& path) {
  // In this order: another process may make the tables, and the id with them, in between.
  const Result<std::int64_t> tables = read_number(connection, table_count);
  if (!tables) return cannot_start(path, connection.trouble(), tables.error());
  const Result<std::int64_t> application = read_number(connection, read_application_id);
  if (!application) return cannot_start(path, connection.trouble(), application.error());
  if (*application != application_id_expected && (*application != 0 || *tables != 0)) {
    return cannot_start(path, "is the database of another program: name another file");
  }
  return {};
}

Result<> use_log(Connection& connection, const std::string& path) {
  if (connection.is_read_only()) {
    return cannot_start(path, "is read-only: let this user write the file and its folder");
  }
  for (int attempt = 1;; ++attempt) {
    const Result<std::string> mode = read_text(connection, journal_mode_wal);
    if (mode && *mode == "wal") return {};
    if (mode) {
      return cannot_start(path, "is on a file system without shared memory: use a local disk");
    }
    if (connection.trouble() != Trouble::busy || attempt == attempts_max) {
      return cannot_start(path, connection.trouble(), mode.error());
    }
    // Somebody opens it at the same moment. A transaction waits for them, as the pragma does not.
    if (connection.run(queries::begin)) TRY_DO(connection.run(queries::commit));
  }
}

Result<> set_pragmas(Connection& connection) {
  TRY_DO(connection.run(synchronous));
  TRY_DO(connection.run(foreign_keys));
  TRY_DO(connection.run(journal_size_limit));
  TRY_DO(connection.run(mmap_size));
  TRY_DO(connection.run(temp_store));
  return connection.run(writer_cache_size);
}

Result<> check_integrity(Connection& connection, const std::string& path) {
  const Result<std::string> verdict = read_text(connection, quick_check);
  if (!verdict) return cannot_start(path, connection.trouble(), verdict.error());
  if (*verdict != "ok") {
    std::string line = *verdict;
    std::ranges::replace(line, '\n', ' ');
    return cannot_start(path, "is damaged (" + line + "): restore it from a backup");
  }
  return {};
}

// What an earlier process left in the log is there to read even if its sync failed and the disk
// does not have it. Later commits, however durable, would be behind that gap and gone with the
// power. Within a transaction, so that no other process writes the log meanwhile.
Result<> secure_log(Connection& connection, const std::string& path) {
  if (const Result<> begun = connection.run(queries::begin); !begun) {
    return cannot_start(path, connection.trouble(), begun.error());
  }
  const Result<> written = write_again(path + "-wal");
  const Result<> ended = connection.run(queries::rollback);
  if (!written) {
    const bool is_full = written.error().code == ErrorCode::insufficient_storage;
    return cannot_start(path, is_full ? Trouble::full : Trouble::other, written.error());
  }
  if (!ended) return cannot_start(path, connection.trouble(), ended.error());
  return {};
}

Result<> refuse_newer(std::int64_t version, std::int64_t newest, const std::string& path) {
  if (version <= newest) return {};
  return cannot_start(path, "has version " + std::to_string(version) +
                                ", and this program knows versions up to " +
                                std::to_string(newest) +
                                ": start the newer program, or restore a backup made before it");
}

// Within a transaction, so that another process that starts as well cannot come between.
Result<> apply_missing(Connection& connection, std::span<const char* const> scripts,
                       const std::string& path) {
  TRY(std::int64_t version, read_number(connection, user_version));
  const auto newest = static_cast<std::int64_t>(scripts.size());
  TRY_DO(refuse_newer(version, newest, path));
  while (version < newest) {
    TRY_DO(connection.run_script(scripts[static_cast<std::size_t>(version)]));
    ++version;
    TRY(const std::int64_t reached, read_number(connection, user_version));
    if (reached != version) {
      return cannot_start(path, "could not be brought to version " + std::to_string(version));
    }
  }
  return connection.run(queries::commit);
}

}  // namespace

Result<> migrate(Connection& connection, std::span<const char* const> scripts,
                 const std::string& path) {
  Result<> outcome = connection.run(queries::begin);
  if (outcome) outcome = apply_missing(connection, scripts, path);
  if (outcome) return {};

  const Trouble trouble = connection.trouble();
  if (connection.is_in_transaction()) {
    // What went wrong is told already; a failing rollback changes nothing about it.
    [[maybe_unused]] const Result<> undone = connection.run(queries::rollback);
  }
  if (outcome.error().code == ErrorCode::cannot_start) return outcome;
  return cannot_start(path, trouble, outcome.error());
}

Result<std::unique_ptr<Connection>> open_database(const DatabaseOptions& options) {
  const std::string& path = options.path;
  TRY_DO(make_file(path));
  const bool is_after_crash = has_log(path);

  Result<std::unique_ptr<Connection>> opened =
      Connection::open(path, Connection::Access::read_write, options.busy_timeout);
  if (!opened) {
    return cannot_start(path, Trouble::inaccessible, opened.error());
  }
  Connection& connection = **opened;
  TRY_DO(recognise(connection, path));
  TRY_DO(use_log(connection, path));
  if (const Result<> set = set_pragmas(connection); !set) {
    return cannot_start(path, connection.trouble(), set.error());
  }
  if (options.integrity_check == IntegrityCheck::always ||
      (options.integrity_check == IntegrityCheck::after_crash && is_after_crash)) {
    TRY_DO(check_integrity(connection, path));
  }
  if (is_after_crash) TRY_DO(secure_log(connection, path));
  // By now the log is there. SQLite syncs its name when it is first written, but does not look
  // whether that worked, and every later commit would be in a log that a power cut takes away.
  TRY_DO(sync_folder(path));
  TRY_DO(migrate(connection, migrations(), path));
  return opened;
}

Result<std::unique_ptr<Connection>> open_reader(const DatabaseOptions& options) {
  Result<std::unique_ptr<Connection>> opened =
      Connection::open(options.path, Connection::Access::read_only, options.busy_timeout);
  if (!opened) return cannot_start(options.path, Trouble::inaccessible, opened.error());
  Connection& connection = **opened;
  for (const Result<>& set :
       {connection.run(mmap_size), connection.run(temp_store), connection.run(reader_cache_size)}) {
    if (!set) return cannot_start(options.path, connection.trouble(), set.error());
  }
  return opened;
}

Result<std::unique_ptr<Connection>> open_unchanged(const DatabaseOptions& options) {
  TRY(std::unique_ptr<Connection> connection, open_reader(options));
  TRY_DO(recognise(*connection, options.path));
  TRY_DO(check_integrity(*connection, options.path));
  const Result<std::int64_t> version = read_number(*connection, user_version);
  if (!version) return cannot_start(options.path, connection->trouble(), version.error());
  const auto newest = static_cast<std::int64_t>(migrations().size());
  TRY_DO(refuse_newer(*version, newest, options.path));
  if (*version < newest) {
    return cannot_start(options.path, "has version " + std::to_string(*version) +
                                          ", and this program reads version " +
                                          std::to_string(newest) +
                                          ": start a server of this program on it once");
  }
  return connection;
}

}  // namespace argot::catalog
