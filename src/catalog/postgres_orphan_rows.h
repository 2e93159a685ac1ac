// Content that no row names, on PostgreSQL: who clears it away and who commits it cannot both
// succeed. docs/adr/0022.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "catalog/postgres_transaction.h"

namespace argot::catalog::postgres {

// Commits the transaction when it succeeds, and does what Catalog::condemn() says. Done twice, it
// comes to the same.
Result<std::vector<BlobId>> condemn_blobs(PostgresTransaction& transaction,
                                          const std::vector<BlobId>& blobs, WallTime now);

// Asks whether content that is about to be committed was condemned. After the statement that
// charges for it, behind which nobody condemns before the transaction is over.
void queue_condemned(PostgresTransaction& transaction, const BlobId& blob);
// What that one's answer means. Error: unavailable.
Result<> check_condemned(const PostgresRows& answer);

}  // namespace argot::catalog::postgres
