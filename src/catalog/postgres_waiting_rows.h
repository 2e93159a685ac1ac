// The rows of files whose text is still to be taken out, on PostgreSQL. Functions that take a
// transaction commit it when they succeed, and do what Catalog says of the call that is named like
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_tenant_rows.h"
#include "catalog/postgres_transaction.h"
#include "catalog/records.h"

namespace argot::catalog::postgres {

// Whose turn it is, by the rule of Catalog::claim_waiting(): the row's number.
Result<std::optional<std::int64_t>> select_waiting(PostgresConnection& connection,
                                                   std::string_view after_organization_id,
                                                   WallTime now);

struct Loan {
  WallTime now;
  WallTime until;
};

// The file of that row, if nobody else was faster.
Result<std::optional<WaitingFile>> claim_waiting_row(PostgresTransaction& transaction,
                                                     std::int64_t sequence, Loan loan);
// What is no longer there when it is settled again was ours to settle.
Result<bool> settle_waiting_row(PostgresTransaction& transaction, const WaitingFile& file,
                                const Settlement& settlement, Repetition repetition);
Result<> return_waiting_row(PostgresTransaction& transaction, const WaitingFile& file,
                            WallTime until);
Result<> release_waiting_rows(PostgresTransaction& transaction);
Result<std::uint64_t> count_waiting_rows(PostgresConnection& connection);

}  // namespace argot::catalog::postgres
