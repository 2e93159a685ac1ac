#include "catalog/postgres_file_rows.h"

#include <limits>
#include <map>
#include <string>
#include <utility>

#include "catalog/postgres_read_queries.h"

namespace argot::catalog::postgres {
namespace {

template <std::size_t size>
Result<FilePage> read_page(PostgresConnection& connection, const Sql<size>& sql,
                           const FileQuery& query) {
  const std::int64_t limit = to_signed(query.limit);
  TRY(const PostgresRows rows,
      connection.run(
          sql, PostgresValues()
                   .id(query.scope.organization_id)
                   .optional_id(query.scope.project_id)
                   .optional_bytes(query.purpose)
                   .id(start_of(query))
                   .number(unix_seconds(query.now))
                   // One more than asked for tells whether there are more.
                   .number(limit == std::numeric_limits<std::int64_t>::max() ? limit : limit + 1)));
  FilePage page;
  page.has_more = rows.size() > limit;
  const int shown = page.has_more ? rows.size() - 1 : rows.size();
  page.files.reserve(static_cast<std::size_t>(shown));
  for (int row = 0; row < shown; ++row) page.files.push_back(read_listed(rows[row]));
  return page;
}

Result<Usage> read_usage(const PostgresRows& rows) {
  if (rows.is_empty()) return Usage{};
  return Usage{.bytes = static_cast<std::uint64_t>(rows[0].integer(0)),
               .files = static_cast<std::uint64_t>(rows[0].integer(1))};
}

// Gives back what deleted rows had used, and notes their content and the change. In the order of
// the tenants' ids, so that two of these do not wait for each other in a circle.
void queue_settlement(PostgresTransaction& transaction, const PostgresRows& deleted,
                      std::string_view action, WallTime now) {
  std::map<std::string_view, Usage> organizations;
  std::map<std::string_view, Usage> projects;
  for (int index = 0; index < deleted.size(); ++index) {
    const PostgresRow row = deleted[index];
    for (Usage* const usage : {&organizations[row.text(1)], &projects[row.text(2)]}) {
      usage->bytes += static_cast<std::uint64_t>(row.integer(3));
      ++usage->files;
    }
    transaction.queue(queries::insert_garbage, PostgresValues().id(row.text(4)));
    transaction.queue(queries::delete_content_parts, PostgresValues().id(row.text(4)));
    queue_audit(transaction, {now, action, row.text(1), row.text(0), {}});
  }
  const auto values = [](std::string_view id, const Usage& usage) {
    return PostgresValues().id(id).number(to_signed(usage.bytes)).number(to_signed(usage.files));
  };
  for (const auto& [id, usage] : organizations) {
    transaction.queue(queries::refund_organization, values(id, usage));
  }
  for (const auto& [id, usage] : projects)
    transaction.queue(queries::refund_project, values(id, usage));
}

}  // namespace

PostgresValues values_of_one(const Scope& scope, std::string_view id, WallTime now) {
  return PostgresValues()
      .id(scope.organization_id)
      .optional_id(scope.project_id)
      .id(id)
      .number(unix_seconds(now));
}

Result<std::optional<File>> select_file(PostgresConnection& connection, const Scope& scope,
                                        std::string_view id, WallTime now) {
  TRY(const PostgresRows rows, connection.run(queries::find_file, values_of_one(scope, id, now)));
  if (rows.is_empty()) return std::nullopt;
  TRY(File file, read_file(rows[0]));
  return std::optional<File>(std::move(file));
}

Result<std::optional<FileWithChecksums>> select_content(PostgresConnection& connection,
                                                        const Scope& scope, std::string_view id,
                                                        WallTime now) {
  TRY(const PostgresRows rows,
      connection.run(queries::find_content, values_of_one(scope, id, now)));
  if (rows.is_empty()) return std::nullopt;
  TRY(FileWithChecksums content, read_content(rows[0]));
  return std::optional<FileWithChecksums>(std::move(content));
}

Result<std::optional<FileWithReport>> select_report(PostgresConnection& connection,
                                                    const Scope& scope, std::string_view id,
                                                    WallTime now) {
  TRY(const PostgresRows rows, connection.run(queries::find_report, values_of_one(scope, id, now)));
  if (rows.is_empty()) return std::nullopt;
  TRY(File file, read_file(rows[0]));
  return FileWithReport{.file = std::move(file), .report = std::string(rows[0].text(13))};
}

Result<FilePage> select_page(PostgresConnection& connection, const FileQuery& query) {
  return with_page_query<queries::PageQueries>(
      query, [&](const auto& sql) { return read_page(connection, sql, query); });
}

Result<bool> delete_row(PostgresTransaction& transaction, const Scope& scope, std::string_view id,
                        WallTime now, Repetition repetition) {
  transaction.queue(queries::delete_file, values_of_one(scope, id, now));
  TRY(const std::vector<PostgresRows> deleted, transaction.ask());
  if (deleted[0].is_empty()) return repetition == Repetition::after_unknown_outcome;
  queue_settlement(transaction, deleted[0], "file.delete", now);
  TRY_DO(transaction.commit());
  return true;
}

Result<std::uint64_t> delete_expired_rows(PostgresTransaction& transaction, WallTime now,
                                          std::uint64_t count) {
  transaction.queue(queries::delete_expired,
                    PostgresValues().number(unix_seconds(now)).number(to_signed(count)));
  TRY(const std::vector<PostgresRows> deleted, transaction.ask());
  if (deleted[0].is_empty()) return 0;
  queue_settlement(transaction, deleted[0], "file.expire", now);
  TRY_DO(transaction.commit());
  return static_cast<std::uint64_t>(deleted[0].size());
}

Result<Usage> select_organization_usage(PostgresConnection& connection,
                                        std::string_view organization_id) {
  TRY(const PostgresRows rows,
      connection.run(queries::organization_usage, PostgresValues().id(organization_id)));
  return read_usage(rows);
}

Result<Usage> select_project_usage(PostgresConnection& connection, std::string_view project_id) {
  TRY(const PostgresRows rows,
      connection.run(queries::project_usage, PostgresValues().id(project_id)));
  return read_usage(rows);
}

Result<Usage> select_total_usage(PostgresConnection& connection) {
  TRY(const PostgresRows rows, connection.run(queries::total_usage));
  return read_usage(rows);
}

Result<std::vector<Garbage>> select_garbage(PostgresConnection& connection, std::int64_t after,
                                            std::uint64_t count) {
  TRY(const PostgresRows rows,
      connection.run(queries::garbage, PostgresValues().number(after).number(to_signed(count))));
  std::vector<Garbage> pieces;
  for (int row = 0; row < rows.size(); ++row) {
    std::optional<BlobId> blob = BlobId::parse(rows[row].text(1));
    if (!blob) return fail(ErrorCode::internal, "a row of garbage is damaged");
    pieces.push_back(Garbage{.sequence = rows[row].integer(0), .blob = *std::move(blob)});
  }
  return pieces;
}

Result<> delete_garbage(PostgresTransaction& transaction, const std::vector<Garbage>& removed) {
  for (const Garbage& piece : removed) {
    transaction.queue(queries::forget_garbage,
                      PostgresValues().number(piece.sequence).id(piece.blob.text()));
  }
  TRY_DO(transaction.commit());
  return {};
}

Result<std::vector<StoredFile>> select_stored(PostgresConnection& connection, std::int64_t sequence,
                                              std::uint64_t count) {
  TRY(const PostgresRows rows,
      connection.run(queries::stored_files,
                     PostgresValues().number(sequence).number(to_signed(count))));
  std::vector<StoredFile> found;
  for (int row = 0; row < rows.size(); ++row) {
    TRY(FileWithChecksums content, read_content(rows[row]));
    found.push_back({.sequence = rows[row].integer(14), .content = std::move(content)});
  }
  return found;
}

Result<ScrubState> select_scrub_state(PostgresConnection& connection) {
  TRY(const PostgresRows rows, connection.run(queries::scrub_state));
  if (rows.is_empty()) return fail(ErrorCode::internal, "the row of the scrubber is gone");
  return ScrubState{.began_at = from_milliseconds(rows[0].integer(0)),
                    .last_sequence = optional_integer(rows[0], 1)};
}

Result<> update_scrub_state(PostgresTransaction& transaction, const ScrubState& state) {
  transaction.queue(
      queries::set_scrub_state,
      PostgresValues().number(milliseconds(state.began_at)).number(state.last_sequence));
  TRY_DO(transaction.commit());
  return {};
}

Result<bool> select_is_known(PostgresConnection& connection, const BlobId& blob) {
  TRY(const PostgresRows rows, connection.run(queries::is_known, PostgresValues().id(blob.text())));
  return rows[0].integer(0) != 0;
}

Result<> select_check(PostgresConnection& connection) {
  TRY_DO(connection.run(queries::check));
  return {};
}

}  // namespace argot::catalog::postgres
