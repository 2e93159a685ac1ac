// Copies a catalogue from SQLite to PostgreSQL: every row, which is read back and compared before
// it is committed.
#pragma once

#include <cstdint>
#include <map>

#include "base/result.h"
#include "catalog/portable_rows.h"
#include "catalog/postgres_import.h"
#include "catalog/sqlite_snapshot.h"

namespace argot::catalog {

using CatalogDigest = std::map<Table, TableDigest>;

Result<CatalogDigest> digest_of(SqliteSnapshot& source);
Result<CatalogDigest> digest_of(PostgresImport& target);

enum class TargetState {
  empty,  // to be copied to
  same,   // every row is there already, and no other
};

// Error: cannot_start, in one line, where `target` is the catalogue of others, or of the same
// organisations with other rows.
Result<TargetState> look_at(PostgresImport& target, SqliteSnapshot& source);

// To an empty one; `target` is of no use afterwards. `see` is told of each row. Errors: those of
// the import; internal where the rows that were read back are others.
Result<> copy_catalog(SqliteSnapshot& source, PostgresImport& target, const SeeRow& see);

}  // namespace argot::catalog
