// What a catalogue holds as rows that mean the same in SQLite and in PostgreSQL, so that one can be
// copied to the other. Start at with_table(), which knows the tables; catalog_copy.h copies them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "catalog/sql.h"
#include "digest/sha256.h"

namespace argot::catalog {

// What a column is in SQLite and in PostgreSQL.
enum class ColumnKind {
  number,  // INTEGER, bigint
  id,      // TEXT, text
  text,    // TEXT, bytea
  bytes,   // BLOB, bytea
};

using PortableValue = std::variant<std::monostate, std::int64_t, std::string>;  // NULL first
using PortableRow = std::vector<PortableValue>;

// Borrows the row.
using SeeRow = std::function<Result<>(const PortableRow&)>;

// In an order in which no row comes before one that it refers to. Loans, duties, what is condemned
// and what a database needs for itself are not among them.
enum class Table {
  organizations,
  projects,
  keys,
  limits,
  uploads,
  files,
  parts,
  reports,
  waiting,
  attempts,
  garbage,
  audit,
  scrub,
};

inline constexpr std::array all_tables = {
    Table::organizations, Table::projects, Table::keys,    Table::limits,  Table::uploads,
    Table::files,         Table::parts,    Table::reports, Table::waiting, Table::attempts,
    Table::garbage,       Table::audit,    Table::scrub,
};

// How many rows a table has, and what they are in their order.
struct TableDigest {
  std::uint64_t rows = 0;
  digest::Sha256Value sha256;

  friend bool operator==(const TableDigest&, const TableDigest&) = default;
};

class TableHash {
 public:
  void add(const PortableRow& row);
  TableDigest finish() { return {.rows = rows_, .sha256 = hash_.finish()}; }

 private:
  digest::Sha256 hash_;
  std::uint64_t rows_ = 0;
};

// One type a table: its name, its columns as either database names them, what they are, and the key
// that its rows are read by. `sqlite_columns` are read from SQLite instead, under the same names.
namespace portable {

using enum ColumnKind;

struct Organizations {
  static constexpr Sql name{"organizations"};
  static constexpr Sql columns{
      "sequence, id, name, created_ms, last_file_ms, used_bytes, "
      "file_count"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id, text, number, number, number, number};
  static constexpr Sql key{"sequence"};
};

struct Projects {
  static constexpr Sql name{"projects"};
  static constexpr Sql columns{
      "sequence, id, organization_id, name, created_ms, used_bytes, "
      "file_count"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id, id, text, number, number, number};
  static constexpr Sql key{"sequence"};
};

struct Keys {
  static constexpr Sql name{"keys"};
  static constexpr Sql columns{
      "public_id, secret_sha256, organization_id, project_id, name, "
      "permissions, created_ms, expires_ms, revoked_ms"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{text, bytes, id, id, text, number, number, number, number};
  static constexpr Sql key{"public_id"};
};

struct Limits {
  static constexpr Sql name{"limits"};
  static constexpr Sql columns{"organization_id, project_id, name, largest"};
  // One of the organisation has no project there, and an empty one in PostgreSQL.
  static constexpr Sql sqlite_columns{
      "organization_id, coalesce(project_id, '') AS project_id, "
      "name, largest"};
  static constexpr std::array kinds{id, id, text, number};
  static constexpr Sql key{"organization_id, project_id, name"};
};

struct Uploads {
  static constexpr Sql name{"uploads"};
  static constexpr Sql columns{
      "sequence, id, organization_id, project_id, purpose, filename, "
      "bytes, created_at, expires_at, file_expires_after, status, "
      "part_count, part_bytes, file_id"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id,     id,     id, text,   text,   number,
                                    number, number, number, id, number, number, id};
  static constexpr Sql key{"sequence"};
};

struct Files {
  static constexpr Sql name{"files"};
  static constexpr Sql columns{
      "sequence, id, organization_id, project_id, purpose, filename, "
      "bytes, created_at, expires_at, status, status_details, sha256, "
      "blob, checksums, part_count"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id, id,   id,    text, text,  number, number,
                                    number, id, text, bytes, id,   bytes, number};
  static constexpr Sql key{"sequence"};
};

struct Parts {
  static constexpr Sql name{"parts"};
  static constexpr Sql columns{
      "sequence, id, upload_id, content, position, bytes, created_at, "
      "sha256, blob, checksums"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id, id, id, number, number, number, bytes, id, bytes};
  static constexpr Sql key{"sequence"};
};

struct Reports {
  static constexpr Sql name{"reports"};
  static constexpr Sql columns{"sequence, report"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, text};
  static constexpr Sql key{"sequence"};
};

struct Waiting {
  static constexpr Sql name{"waiting"};
  static constexpr Sql columns{"sequence, organization_id, tries, claimed_until_ms"};
  // Whoever had it on loan is gone.
  static constexpr Sql sqlite_columns{"sequence, organization_id, tries, 0"};
  static constexpr std::array kinds{number, id, number, number};
  static constexpr Sql key{"sequence"};
};

struct Attempts {
  static constexpr Sql name{"attempts"};
  static constexpr Sql columns{
      "sequence, organization_id, key_id, idempotency_key, fingerprint, "
      "committed_ms, tries, file_id, blob, created_at, expires_at"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id, text, text,   bytes, number,
                                    number, id, id,   number, number};
  static constexpr Sql key{"sequence"};
};

struct Garbage {
  static constexpr Sql name{"garbage"};
  static constexpr Sql columns{"sequence, blob"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, id};
  static constexpr Sql key{"sequence"};
};

struct Audit {
  static constexpr Sql name{"audit"};
  static constexpr Sql columns{"sequence, at_ms, action, organization_id, subject, details"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, number, id, id, text, text};
  static constexpr Sql key{"sequence"};
};

struct Scrub {
  static constexpr Sql name{"scrub"};
  static constexpr Sql columns{"sequence, began_ms, last_sequence"};
  static constexpr auto sqlite_columns = columns;
  static constexpr std::array kinds{number, number, number};
  static constexpr Sql key{"sequence"};
};

}  // namespace portable

// Calls `use` with the type that describes `table`.
template <typename Use>
auto with_table(Table table, const Use& use) {
  switch (table) {
    case Table::organizations:
      return use(portable::Organizations());
    case Table::projects:
      return use(portable::Projects());
    case Table::keys:
      return use(portable::Keys());
    case Table::limits:
      return use(portable::Limits());
    case Table::uploads:
      return use(portable::Uploads());
    case Table::files:
      return use(portable::Files());
    case Table::parts:
      return use(portable::Parts());
    case Table::reports:
      return use(portable::Reports());
    case Table::waiting:
      return use(portable::Waiting());
    case Table::attempts:
      return use(portable::Attempts());
    case Table::garbage:
      return use(portable::Garbage());
    case Table::audit:
      return use(portable::Audit());
    case Table::scrub:
      return use(portable::Scrub());
  }
  std::unreachable();
}

}  // namespace argot::catalog
