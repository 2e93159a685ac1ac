// Work of which one process at a time is enough, on PostgreSQL: docs/adr/0016.
#pragma once

#include <string_view>

#include "base/result.h"
#include "catalog/postgres_transaction.h"
#include "catalog/records.h"

namespace argot::catalog::postgres {

// Each commits the transaction when it succeeds, and does what Catalog says of the call that is
// named like it. Done twice, it comes to the same.
Result<bool> claim_duty_row(PostgresTransaction& transaction, const DutyClaim& claim);
Result<> give_up_duty_row(PostgresTransaction& transaction, std::string_view duty,
                          std::string_view holder);

}  // namespace argot::catalog::postgres
