#include "catalog/postgres_duty_rows.h"

#include <vector>

#include "catalog/postgres_queries.h"
#include "catalog/row_values.h"

namespace argot::catalog::postgres {

Result<bool> claim_duty_row(PostgresTransaction& transaction, const DutyClaim& claim) {
  transaction.queue(queries::claim_duty, PostgresValues()
                                             .id(claim.duty)
                                             .id(claim.holder)
                                             .number(milliseconds(claim.until))
                                             .number(milliseconds(claim.now)));
  TRY(const std::vector<PostgresRows> answers, transaction.commit());
  return !answers[0].is_empty();
}

Result<> give_up_duty_row(PostgresTransaction& transaction, std::string_view duty,
                          std::string_view holder) {
  transaction.queue(queries::give_up_duty, PostgresValues().id(duty).id(holder));
  TRY_DO(transaction.commit());
  return {};
}

}  // namespace argot::catalog::postgres
