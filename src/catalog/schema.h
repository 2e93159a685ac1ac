// From a path to a connection that the catalogue can work with: the file made or recognised, its
// schema brought up to date, its pragmas set. Start at open_database().
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

// Whether to look for damage before the catalogue is used. It reads the whole database.
enum class IntegrityCheck {
  after_crash,  // only where an earlier process left its log behind, or another one is at work
  always,
  never,
};

struct DatabaseOptions {
  std::string path;
  std::chrono::milliseconds busy_timeout{5'000};
  IntegrityCheck integrity_check = IntegrityCheck::after_crash;
};

// The scripts of schema/*.sql in their order, compiled in. Script N takes a database from version
// N - 1 (PRAGMA user_version) to N.
std::span<const char* const> migrations();

// A connection for changes. Makes the file (mode 0600) where there is none, and migrates an older
// one. Error: cannot_start, in one line that says what is wrong and how to mend it.
Result<std::unique_ptr<Connection>> open_database(const DatabaseOptions& options);

// A further connection to a database that open_database() has prepared; it refuses changes.
Result<std::unique_ptr<Connection>> open_reader(const DatabaseOptions& options);

// A connection to a database that no server has open, which was looked over for damage and has the
// newest version; it refuses changes, and whatever the database is, it is left so. Error:
// cannot_start, as above.
Result<std::unique_ptr<Connection>> open_unchanged(const DatabaseOptions& options);

// Applies those of `scripts` that the database lacks, all or none of them. A database that already
// has them all is left as it is. `path` is for the error, cannot_start.
Result<> migrate(Connection& connection, std::span<const char* const> scripts,
                 const std::string& path);

}  // namespace argot::catalog
