#include "catalog/waiting_rows.h"

#include <utility>

#include "catalog/file_rows.h"
#include "catalog/row_values.h"
#include "catalog/waiting_queries.h"

namespace argot::catalog {
namespace {

// The number in the row that is found, if one is.
Result<std::optional<std::int64_t>> number_in(Statement& statement) {
  TRY(const bool has_row, statement.step());
  return has_row ? std::optional(statement.integer(0)) : std::nullopt;
}

}  // namespace

Result<> insert_waiting(Connection& connection, std::string_view organization_id) {
  return connection.use(queries::insert_waiting).bind(organization_id).run();
}

Result<std::optional<std::int64_t>> select_waiting(Connection& connection,
                                                   std::string_view after_organization_id,
                                                   WallTime now) {
  {
    Statement behind = connection.use(queries::waiting_behind);
    behind.bind(after_organization_id).bind(milliseconds(now));
    TRY(const std::optional<std::int64_t> sequence, number_in(behind));
    if (sequence) return sequence;
  }
  Statement from_the_first = connection.use(queries::waiting_up_to);
  from_the_first.bind(after_organization_id).bind(milliseconds(now));
  return number_in(from_the_first);
}

Result<std::optional<WaitingFile>> claim_waiting_row(Connection& connection,
                                                     std::string_view after_organization_id,
                                                     WallTime now, WallTime until) {
  TRY(const std::optional<std::int64_t> sequence,
      select_waiting(connection, after_organization_id, now));
  if (!sequence) return std::nullopt;
  TRY(std::optional<FileWithChecksums> content, select_stored_file(connection, *sequence));
  if (!content) return fail(ErrorCode::internal, "a row of what waits has no file");
  Statement claim = connection.use(queries::claim_waiting);
  TRY_DO(claim.bind(*sequence).bind(milliseconds(until)).step());
  return WaitingFile{.sequence = *sequence,
                     .tries = static_cast<std::uint64_t>(claim.integer(0)),
                     .content = *std::move(content)};
}

Result<bool> settle_waiting_row(Connection& connection, const WaitingFile& file,
                                const Settlement& settlement) {
  {
    Statement settle = connection.use(queries::settle_file);
    TRY(const bool waits, settle.bind(file.sequence)
                              .bind(file.content.file.id)
                              .bind(text_of(settlement.status))
                              .bind(settlement.status_details)
                              .step());
    if (!waits) return false;
  }
  TRY_DO(connection.use(queries::replace_report).bind(file.sequence).bind(settlement.report).run());
  TRY_DO(connection.use(queries::delete_waiting).bind(file.sequence).run());
  return true;
}

Result<> return_waiting_row(Connection& connection, const WaitingFile& file, WallTime until) {
  return connection.use(queries::return_waiting)
      .bind(file.sequence)
      .bind(file.content.file.id)
      .bind(to_signed(file.tries))
      .bind(milliseconds(until))
      .run();
}

Result<> release_waiting_rows(Connection& connection) {
  return connection.run(queries::release_waiting);
}

Result<std::uint64_t> count_waiting(Connection& connection) {
  Statement statement = connection.use(queries::count_waiting);
  TRY(const std::optional<std::int64_t> count, number_in(statement));
  return static_cast<std::uint64_t>(count.value_or(0));
}

}  // namespace argot::catalog
