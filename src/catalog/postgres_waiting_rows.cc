#include "catalog/postgres_waiting_rows.h"

#include <utility>
#include <vector>

#include "catalog/postgres_read_queries.h"

namespace argot::catalog::postgres {

Result<std::optional<std::int64_t>> select_waiting(PostgresConnection& connection,
                                                   std::string_view after_organization_id,
                                                   WallTime now) {
  const PostgresValues values =
      PostgresValues().id(after_organization_id).number(milliseconds(now));
  connection.queue(queries::waiting_behind, values);
  connection.queue(queries::waiting_up_to, values);
  TRY(const std::vector<PostgresRows> found, connection.flush());
  for (const PostgresRows& rows : found) {
    if (!rows.is_empty()) return rows[0].integer(0);
  }
  return std::nullopt;
}

Result<std::optional<WaitingFile>> claim_waiting_row(PostgresTransaction& transaction,
                                                     std::int64_t sequence, Loan loan) {
  transaction.queue(queries::claim_waiting, PostgresValues()
                                                .number(sequence)
                                                .number(milliseconds(loan.now))
                                                .number(milliseconds(loan.until)));
  transaction.queue(queries::stored_file, PostgresValues().number(sequence));
  TRY(const std::vector<PostgresRows> answers, transaction.ask());
  if (answers[0].is_empty() || answers[1].is_empty()) return std::nullopt;
  TRY(FileWithChecksums content, read_content(answers[1][0]));
  TRY_DO(transaction.commit());
  return WaitingFile{.sequence = sequence,
                     .tries = static_cast<std::uint64_t>(answers[0][0].integer(0)),
                     .content = std::move(content)};
}

Result<bool> settle_waiting_row(PostgresTransaction& transaction, const WaitingFile& file,
                                const Settlement& settlement, Repetition repetition) {
  transaction.queue(queries::settle_file, PostgresValues()
                                              .number(file.sequence)
                                              .id(file.content.file.id)
                                              .id(text_of(settlement.status))
                                              .bytes(settlement.status_details));
  TRY(const std::vector<PostgresRows> settled, transaction.ask());
  if (settled[0].is_empty()) return repetition == Repetition::after_unknown_outcome;
  transaction.queue(queries::replace_report,
                    PostgresValues().number(file.sequence).bytes(settlement.report));
  transaction.queue(queries::delete_waiting, PostgresValues().number(file.sequence));
  TRY_DO(transaction.commit());
  return true;
}

Result<> return_waiting_row(PostgresTransaction& transaction, const WaitingFile& file,
                            WallTime until) {
  transaction.queue(queries::return_waiting, PostgresValues()
                                                 .number(file.sequence)
                                                 .number(static_cast<std::int64_t>(file.tries))
                                                 .number(milliseconds(until)));
  TRY_DO(transaction.commit());
  return {};
}

Result<> release_waiting_rows(PostgresTransaction& transaction) {
  transaction.queue(queries::release_waiting);
  TRY_DO(transaction.commit());
  return {};
}

Result<std::uint64_t> count_waiting_rows(PostgresConnection& connection) {
  TRY(const PostgresRows rows, connection.run(queries::count_waiting));
  return static_cast<std::uint64_t>(rows[0].integer(0));
}

}  // namespace argot::catalog::postgres
