#include "catalog/file_rows.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "catalog/attempt_rows.h"
#include "catalog/fingerprint.h"
#include "catalog/queries.h"
#include "catalog/row_values.h"
#include "catalog/tenant_rows.h"
#include "catalog/waiting_rows.h"

namespace argot::catalog {
namespace {

// Room that a page gets at once. Most are no longer, and those that ask for more seldom find it.
constexpr std::uint64_t page_reserve = 128;

Result<> insert_row(Connection& connection, const File& file,
                    const digest::BlockChecksums& checksums) {
  return connection.use(queries::insert_file)
      .bind(file.scope.organization_id)
      .bind(file.scope.project_id)
      .bind(file.id)
      .bind(file.purpose)
      .bind(file.filename)
      .bind(to_signed(file.bytes))
      .bind(file.created_at)
      .bind(file.expires_at)
      .bind(text_of(file.status))
      .bind(file.status_details)
      .bind(Bytes(file.sha256.bytes))
      .bind(file.blob.text())
      .bind(Bytes(checksums.packed()))
      .bind(to_signed(file.part_count))
      .run();
}

// Charges both quotas and gives the moment at which the file is created.
Result<WallTime> charge(Connection& connection, const NewFile& file, WallTime now) {
  ASSERT(file.scope.project_id.has_value());
  const std::string& organization_id = file.scope.organization_id;
  const std::string& project_id = *file.scope.project_id;
  TRY(const bool exists,
      connection.use(queries::project_exists).bind(organization_id).bind(project_id).step());
  if (!exists) return fail(ErrorCode::invalid_request, "There is no such organization or project.");

  Statement organization = connection.use(queries::charge_organization);
  TRY(const bool fits_organization, organization.bind(organization_id)
                                        .bind(milliseconds(now))
                                        .bind(to_signed(file.bytes - file.charged_bytes))
                                        .bind(to_signed(file.organization_bytes_max))
                                        .step());
  if (!fits_organization) {
    ASSERT(file.organization_bytes_max.has_value());  // without a limit everything fits
    return fail(ErrorCode::organization_quota_exceeded, human_bytes(*file.organization_bytes_max));
  }
  const WallTime created_at = from_milliseconds(organization.integer(0));

  TRY(const bool fits_project, connection.use(queries::charge_project)
                                   .bind(organization_id)
                                   .bind(project_id)
                                   .bind(to_signed(file.bytes - file.charged_bytes))
                                   .bind(to_signed(file.project_bytes_max))
                                   .step());
  if (!fits_project) {
    ASSERT(file.project_bytes_max.has_value());  // as above
    return fail(ErrorCode::project_quota_exceeded, human_bytes(*file.project_bytes_max));
  }
  return created_at;
}

// What a DELETE ... RETURNING leaves to be settled.
struct Deleted {
  std::string id;
  std::string organization_id;
  std::string project_id;
  std::int64_t bytes;
  std::string blob;
};

Result<std::vector<Deleted>> read_deleted(Statement& statement) {
  std::vector<Deleted> all;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return all;
    all.push_back(Deleted{.id = std::string(statement.text(0)),
                          .organization_id = std::string(statement.text(1)),
                          .project_id = std::string(statement.text(2)),
                          .bytes = statement.integer(3),
                          .blob = std::string(statement.text(4))});
  }
}

Result<> settle(Connection& connection, const Deleted& file, const AuditEntry& entry) {
  TRY_DO(connection.use(queries::refund_organization)
             .bind(file.organization_id)
             .bind(file.bytes)
             .run());
  TRY_DO(connection.use(queries::refund_project).bind(file.project_id).bind(file.bytes).run());
  TRY_DO(connection.use(queries::insert_garbage).bind(file.blob).run());
  TRY_DO(connection.use(queries::delete_content_parts).bind(file.blob).run());
  return insert_audit(connection, entry);
}

template <std::size_t size>
Result<FilePage> read_page(Connection& connection, const Sql<size>& sql, const FileQuery& query) {
  Statement statement = connection.use(sql);
  statement.bind(query.scope.organization_id)
      .bind(query.scope.project_id)
      .bind(query.purpose)
      .bind(start_of(query))
      .bind(unix_seconds(query.now))
      // One more than asked for tells whether there are more.
      .bind(to_signed(query.limit) == std::numeric_limits<std::int64_t>::max()
                ? std::int64_t{-1}
                : to_signed(query.limit) + 1);
  FilePage page;
  page.files.reserve(std::min<std::uint64_t>(query.limit, page_reserve));
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return page;
    if (page.files.size() == query.limit) {
      page.has_more = true;
      return page;
    }
    page.files.push_back(read_listed(statement));
  }
}

// Nothing is used where there is no row.
Result<Usage> read_usage(Statement& statement) {
  TRY(const bool has_row, statement.step());
  if (!has_row) return Usage{};
  return Usage{.bytes = static_cast<std::uint64_t>(statement.integer(0)),
               .files = static_cast<std::uint64_t>(statement.integer(1))};
}

Statement& bind_one(Statement& statement, const Scope& scope, std::string_view id, WallTime now) {
  return statement.bind(scope.organization_id)
      .bind(scope.project_id)
      .bind(id)
      .bind(unix_seconds(now));
}

}  // namespace

Result<File> commit_row(Connection& connection, const NewFile& file, WallTime now, Random& random) {
  digest::Sha256Value fingerprint;
  if (file.attempt) {
    fingerprint = fingerprint_of(file);
    TRY(std::optional<File> earlier, claim_earlier(connection, file, fingerprint, now));
    if (earlier) return *std::move(earlier);
  }
  TRY(const WallTime created_at, charge(connection, file, now));
  File row = new_row(file, mint_file_id(created_at, random), created_at);
  TRY_DO(insert_row(connection, row, file.checksums));
  if (!file.report.empty()) {
    TRY_DO(connection.use(queries::insert_report).bind(file.report).run());
  }
  if (file.waits()) {
    TRY_DO(insert_waiting(connection, row.scope.organization_id));
  }
  if (file.attempt) TRY_DO(insert_attempt(connection, *file.attempt, row, fingerprint, now));
  TRY_DO(insert_audit(connection, {created_at, "file.create", row.scope.organization_id, row.id}));
  return row;
}

Result<std::optional<File>> select_file(Connection& connection, const Scope& scope,
                                        std::string_view id, WallTime now) {
  Statement statement = connection.use(queries::find_file);
  TRY(const bool has_row, bind_one(statement, scope, id, now).step());
  if (!has_row) return std::nullopt;
  TRY(File file, read_file(statement));
  return std::optional<File>(std::move(file));
}

Result<std::optional<FileWithChecksums>> select_content(Connection& connection, const Scope& scope,
                                                        std::string_view id, WallTime now) {
  Statement statement = connection.use(queries::find_content);
  TRY(const bool has_row, bind_one(statement, scope, id, now).step());
  if (!has_row) return std::nullopt;
  TRY(FileWithChecksums content, read_content(statement));
  return std::optional<FileWithChecksums>(std::move(content));
}

Result<std::optional<FileWithChecksums>> select_stored_file(Connection& connection,
                                                            std::int64_t sequence) {
  Statement statement = connection.use(queries::stored_file);
  TRY(const bool has_row, statement.bind(sequence).step());
  if (!has_row) return std::nullopt;
  TRY(FileWithChecksums content, read_content(statement));
  return std::optional<FileWithChecksums>(std::move(content));
}

Result<std::optional<FileWithReport>> select_report(Connection& connection, const Scope& scope,
                                                    std::string_view id, WallTime now) {
  Statement statement = connection.use(queries::find_report);
  TRY(const bool has_row, bind_one(statement, scope, id, now).step());
  if (!has_row) return std::nullopt;
  TRY(File file, read_file(statement));
  return FileWithReport{.file = std::move(file), .report = std::string(statement.text(13))};
}

Result<FilePage> select_page(Connection& connection, const FileQuery& query) {
  return with_page_query<queries::PageQueries>(
      query, [&](const auto& sql) { return read_page(connection, sql, query); });
}

Result<bool> delete_row(Connection& connection, const Scope& scope, std::string_view id,
                        WallTime now) {
  std::vector<Deleted> deleted;
  {
    Statement statement = connection.use(queries::delete_file);
    TRY(deleted, read_deleted(bind_one(statement, scope, id, now)));
  }
  for (const Deleted& file : deleted) {
    TRY_DO(settle(connection, file, {now, "file.delete", file.organization_id, file.id}));
  }
  return !deleted.empty();
}

Result<std::uint64_t> delete_expired_rows(Connection& connection, WallTime now,
                                          std::uint64_t count) {
  std::vector<Deleted> deleted;
  {
    Statement statement = connection.use(queries::delete_expired);
    statement.bind(unix_seconds(now)).bind(to_signed(count));
    TRY(deleted, read_deleted(statement));
  }
  for (const Deleted& file : deleted) {
    TRY_DO(settle(connection, file, {now, "file.expire", file.organization_id, file.id}));
  }
  return deleted.size();
}

Result<Usage> select_organization_usage(Connection& connection, std::string_view organization_id) {
  Statement statement = connection.use(queries::organization_usage);
  return read_usage(statement.bind(organization_id));
}

Result<Usage> select_project_usage(Connection& connection, std::string_view project_id) {
  Statement statement = connection.use(queries::project_usage);
  return read_usage(statement.bind(project_id));
}

Result<Usage> select_total_usage(Connection& connection) {
  Statement statement = connection.use(queries::total_usage);
  return read_usage(statement);
}

Result<std::vector<Garbage>> select_garbage(Connection& connection, std::int64_t after,
                                            std::uint64_t count) {
  Statement statement = connection.use(queries::garbage);
  statement.bind(after).bind(to_signed(count));
  std::vector<Garbage> pieces;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return pieces;
    std::optional<BlobId> blob = BlobId::parse(statement.text(1));
    if (!blob) return fail(ErrorCode::internal, "a row of garbage is damaged");
    pieces.push_back(Garbage{.sequence = statement.integer(0), .blob = *std::move(blob)});
  }
}

Result<> delete_garbage(Connection& connection, const std::vector<Garbage>& removed) {
  for (const Garbage& piece : removed) {
    TRY_DO(
        connection.use(queries::forget_garbage).bind(piece.sequence).bind(piece.blob.text()).run());
  }
  return {};
}

Result<std::vector<StoredFile>> select_stored(Connection& connection, std::int64_t sequence,
                                              std::uint64_t count) {
  Statement statement = connection.use(queries::stored_files);
  statement.bind(sequence).bind(to_signed(count));
  std::vector<StoredFile> found;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return found;
    TRY(FileWithChecksums content, read_content(statement));
    found.push_back({.sequence = statement.integer(14), .content = std::move(content)});
  }
}

Result<ScrubState> select_scrub_state(Connection& connection) {
  Statement statement = connection.use(queries::scrub_state);
  TRY(const bool has_row, statement.step());
  if (!has_row) return fail(ErrorCode::internal, "the row of the scrubber is gone");
  return ScrubState{.began_at = from_milliseconds(statement.integer(0)),
                    .last_sequence = optional_integer(statement, 1)};
}

Result<> update_scrub_state(Connection& connection, const ScrubState& state) {
  return connection.use(queries::set_scrub_state)
      .bind(milliseconds(state.began_at))
      .bind(state.last_sequence)
      .run();
}

Result<bool> select_is_known(Connection& connection, const BlobId& blob) {
  Statement statement = connection.use(queries::is_known);
  TRY(const bool has_row, statement.bind(blob.text()).step());
  return has_row && statement.integer(0) != 0;
}

Result<> select_check(Connection& connection) { return connection.run(queries::check); }

}  // namespace argot::catalog
