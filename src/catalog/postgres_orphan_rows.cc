#include "catalog/postgres_orphan_rows.h"

#include <chrono>
#include <cstddef>

#include "catalog/postgres_queries.h"
#include "catalog/row_values.h"

namespace argot::catalog::postgres {
namespace {

// Longer than any process stands still between a seal and its commit.
constexpr std::chrono::days remembered{30};

}  // namespace

Result<std::vector<BlobId>> condemn_blobs(PostgresTransaction& transaction,
                                          const std::vector<BlobId>& blobs, WallTime now) {
  transaction.queue(queries::lock_organizations);
  transaction.queue(queries::forget_condemned,
                    PostgresValues().number(milliseconds(now - remembered)));
  TRY_DO(transaction.ask());
  for (const BlobId& blob : blobs) {
    transaction.queue(queries::condemn, PostgresValues().id(blob.text()).number(milliseconds(now)));
  }
  TRY(const std::vector<PostgresRows> answers, transaction.commit());
  std::vector<BlobId> condemned;
  for (std::size_t index = 0; index < blobs.size(); ++index) {
    if (!answers[index].is_empty()) condemned.push_back(blobs[index]);
  }
  return condemned;
}

void queue_condemned(PostgresTransaction& transaction, const BlobId& blob) {
  transaction.queue(queries::is_condemned, PostgresValues().id(blob.text()));
}

Result<> check_condemned(const PostgresRows& answer) {
  if (answer.is_empty()) return {};
  return fail(ErrorCode::unavailable, "the content was cleared away before it was committed");
}

}  // namespace argot::catalog::postgres
