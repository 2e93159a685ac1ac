// Committing a file on PostgreSQL: the quotas, the id, the row, and whether the same create was
// done already.
#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"
#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_tenant_rows.h"
#include "catalog/postgres_transaction.h"
#include "catalog/records.h"
#include "digest/digest_values.h"

namespace argot::catalog::postgres {

// What it takes to commit one file.
struct Commit {
  const NewFile& file;
  digest::Sha256Value fingerprint;  // of a file that has an attempt
  WallTime now;
  Random& random;
};

// As commit_row(), but the transaction is left to the caller, with the row queued.
Result<std::optional<File>> prepare_row(PostgresTransaction& transaction, const Commit& commit);

// Charges the quotas, mints the id, inserts the row. Nothing: the same attempt was done already,
// and claim_row() tells with which file. Errors: those of Catalog::commit_file().
Result<std::optional<File>> commit_row(PostgresTransaction& transaction, const Commit& commit);

// The file that the same attempt was answered with, and notes that it is given once more. Nothing:
// there is none, or it has gone meanwhile. Error: idempotency_key_reused.
Result<std::optional<File>> claim_row(PostgresTransaction& transaction, const Commit& commit);

// The file that an earlier transaction, whose outcome is unknown, has committed after all, even if
// somebody who was told of it has deleted it since: its content may be gone, and must not get a
// second row. It waits until that transaction is over, which holds the lock of the organisation's
// row to its end; so nothing means that it was not committed and never will be.
Result<std::optional<File>> find_committed(PostgresTransaction& transaction, const Commit& commit);

// What Catalog::forget_attempts() says.
Result<std::uint64_t> delete_attempts(PostgresTransaction& transaction, WallTime now,
                                      std::uint64_t count);

}  // namespace argot::catalog::postgres
