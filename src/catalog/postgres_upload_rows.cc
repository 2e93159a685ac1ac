#include "catalog/postgres_upload_rows.h"

#include <map>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "catalog/postgres_commit.h"
#include "catalog/postgres_file_rows.h"
#include "catalog/postgres_orphan_rows.h"
#include "catalog/postgres_read_queries.h"
#include "catalog/postgres_upload_queries.h"
#include "catalog/upload_values.h"

namespace argot::catalog::postgres {
namespace {

PostgresValues values_of_upload(const Scope& scope, std::string_view id) {
  return PostgresValues().id(scope.organization_id).optional_id(scope.project_id).id(id);
}

// The upload as it is once nobody else changes it.
Result<Upload> lock_upload(PostgresTransaction& transaction, const Scope& scope,
                           std::string_view id, WallTime now) {
  transaction.queue(queries::lock_upload, values_of_upload(scope, id));
  TRY(const std::vector<PostgresRows> found, transaction.ask());
  if (found[0].is_empty()) return fail(ErrorCode::upload_not_found, std::string(id));
  return read_upload(found[0][0], now);
}

// Gives back what the parts of ended uploads are charged for, but for what a file keeps, and notes
// as garbage what no file has taken. In the order of the tenants' ids, as for deleted files.
void queue_drop(PostgresTransaction& transaction, const PostgresRows& ended,
                std::uint64_t kept_bytes) {
  std::map<std::string_view, std::int64_t> organizations;
  std::map<std::string_view, std::int64_t> projects;
  for (int index = 0; index < ended.size(); ++index) {
    const PostgresRow row = ended[index];
    const std::int64_t refunded = row.integer(3) - to_signed(kept_bytes);
    organizations[row.text(1)] += refunded;
    projects[row.text(2)] += refunded;
    transaction.queue(queries::drop_part_blobs, PostgresValues().id(row.text(0)));
    transaction.queue(queries::drop_parts, PostgresValues().id(row.text(0)));
  }
  const auto values = [](std::string_view id, std::int64_t bytes) {
    return PostgresValues().id(id).number(bytes).number(std::int64_t{0});
  };
  for (const auto& [id, bytes] : organizations) {
    transaction.queue(queries::refund_organization, values(id, bytes));
  }
  for (const auto& [id, bytes] : projects) {
    transaction.queue(queries::refund_project, values(id, bytes));
  }
}

// The answers are the part's row, if it was there already, and those to the three charges.
Result<> check_charges(const std::vector<PostgresRows>& answers, const NewPart& part) {
  if (answers[1].is_empty()) return too_many_parts();
  const std::pair<ErrorCode, const std::optional<std::uint64_t>&> quotas[] = {
      {ErrorCode::organization_quota_exceeded, part.organization_bytes_max},
      {ErrorCode::project_quota_exceeded, part.project_bytes_max}};
  for (std::size_t quota = 0; quota < std::size(quotas); ++quota) {
    if (!answers[2 + quota].is_empty()) continue;
    const auto& [code, limit] = quotas[quota];
    if (!limit) return fail(ErrorCode::internal, "more is used than can be counted");
    return fail(code, human_bytes(*limit));
  }
  return {};
}

Result<> give_parts(PostgresTransaction& transaction, const Completion& completion) {
  std::int64_t position = 0;
  for (const std::string& id : completion.part_ids) {
    PostgresValues values = PostgresValues().id(completion.upload_id).id(id);
    if (completion.file.part_count > 0) {
      transaction.queue(queries::give_part_to_content,
                        values.id(completion.file.blob.text()).number(position++));
    } else {
      transaction.queue(queries::give_part_to_file, values);
    }
  }
  if (completion.part_ids.empty()) return {};
  TRY(const std::vector<PostgresRows> given, transaction.ask());
  std::int64_t bytes = 0;
  for (std::size_t index = 0; index < given.size(); ++index) {
    if (given[index].is_empty()) return unknown_part(completion.part_ids[index]);
    bytes += given[index][0].integer(0);
  }
  ASSERT(static_cast<std::uint64_t>(bytes) == completion.file.bytes);
  return {};
}

Result<File> completed_file(PostgresTransaction& transaction, const Upload& upload, WallTime now) {
  transaction.queue(queries::find_file, values_of_one(upload.scope, upload.file_id, now));
  TRY(const std::vector<PostgresRows> found, transaction.ask());
  if (found[0].is_empty()) return fail(ErrorCode::file_not_found, upload.file_id);
  return read_file(found[0][0]);
}

// Its row as it was before, for queue_drop().
Result<std::vector<PostgresRows>> end_upload(PostgresTransaction& transaction, std::string_view id,
                                             UploadStatus status) {
  transaction.queue(queries::end_upload, PostgresValues().id(id).id(text_of(status)));
  return transaction.ask();
}

}  // namespace

Result<> add_upload(PostgresTransaction& transaction, const Upload& upload, WallTime now) {
  transaction.queue(queries::insert_upload,
                    PostgresValues()
                        .id(upload.id)
                        .id(upload.scope.organization_id)
                        .optional_id(upload.scope.project_id)
                        .bytes(upload.purpose)
                        .bytes(upload.filename)
                        .number(to_signed(upload.bytes))
                        .number(upload.created_at)
                        .number(upload.expires_at)
                        .number(to_signed(upload.file_expires_after_seconds)));
  const Result<std::vector<PostgresRows>> inserted = transaction.ask();
  if (!inserted && transaction.trouble() == PostgresTrouble::unknown_tenant) {
    return fail(ErrorCode::invalid_request, "There is no such organization or project.");
  }
  if (!inserted) return fail(inserted.error());
  if (!inserted->front().is_empty()) {
    queue_audit(transaction, {now, "upload.create", upload.scope.organization_id, upload.id, {}});
  }
  TRY_DO(transaction.commit());
  return {};
}

Result<std::optional<Upload>> select_upload(PostgresConnection& connection, const Scope& scope,
                                            std::string_view id, WallTime now) {
  TRY(const PostgresRows rows, connection.run(queries::find_upload, values_of_upload(scope, id)));
  if (rows.is_empty()) return std::nullopt;
  return std::optional(read_upload(rows[0], now));
}

Result<> add_part_row(PostgresTransaction& transaction, const NewPart& part,
                      const UploadPart& row) {
  TRY(const Upload upload,
      lock_upload(transaction, part.scope, part.upload_id, from_unix_seconds(row.created_at)));
  if (upload.status != UploadStatus::pending) return not_pending(upload.status);
  const std::int64_t bytes = to_signed(part.bytes);
  transaction.queue(queries::find_part, PostgresValues().id(row.id).id(row.upload_id));
  transaction.queue(queries::count_part, PostgresValues()
                                             .id(part.upload_id)
                                             .number(bytes)
                                             .number(to_signed(limits::upload_parts_max)));
  transaction.queue(queries::charge_organization_bytes,
                    PostgresValues()
                        .id(part.scope.organization_id)
                        .number(bytes)
                        .number(to_signed(part.organization_bytes_max)));
  transaction.queue(queries::charge_project_bytes, PostgresValues()
                                                       .optional_id(part.scope.project_id)
                                                       .number(bytes)
                                                       .number(to_signed(part.project_bytes_max)));
  queue_condemned(transaction, row.blob);
  TRY(const std::vector<PostgresRows> answers, transaction.ask());
  if (!answers[0].is_empty()) return {};
  TRY_DO(check_charges(answers, part));
  TRY_DO(check_condemned(answers.back()));
  transaction.queue(queries::insert_part, PostgresValues()
                                              .id(row.id)
                                              .id(row.upload_id)
                                              .number(bytes)
                                              .number(row.created_at)
                                              .bytes(Bytes(row.sha256.bytes))
                                              .id(row.blob.text())
                                              .bytes(Bytes(row.checksums.packed())));
  TRY_DO(transaction.commit());
  return {};
}

Result<std::vector<UploadPart>> select_upload_parts(PostgresConnection& connection,
                                                    std::string_view upload_id) {
  TRY(const PostgresRows rows,
      connection.run(queries::parts_of_upload, PostgresValues().id(upload_id)));
  std::vector<UploadPart> parts;
  for (int row = 0; row < rows.size(); ++row) {
    TRY(UploadPart part, read_part(rows[row]));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<File> complete_upload_row(PostgresTransaction& transaction, const Completion& completion,
                                 WallTime now, Random& random) {
  const NewFile& file = completion.file;
  TRY(const Upload upload, lock_upload(transaction, file.scope, completion.upload_id, now));
  if (upload.status == UploadStatus::completed) return completed_file(transaction, upload, now);
  if (upload.status != UploadStatus::pending) return not_pending(upload.status);
  TRY_DO(give_parts(transaction, completion));
  TRY(const std::vector<PostgresRows> ended,
      end_upload(transaction, upload.id, UploadStatus::completed));
  queue_drop(transaction, ended[0], file.bytes);
  TRY_DO(transaction.ask());
  TRY(const std::optional<File> row,
      prepare_row(transaction, {.file = file, .fingerprint = {}, .now = now, .random = random}));
  ASSERT(row.has_value());  // it has no attempt that may have been done
  transaction.queue(queries::note_upload_file, PostgresValues().id(upload.id).id(row->id));
  queue_audit(transaction, {now, "upload.complete", upload.scope.organization_id, upload.id, {}});
  TRY_DO(transaction.commit());
  return *row;
}

Result<Upload> cancel_upload_row(PostgresTransaction& transaction, const Scope& scope,
                                 std::string_view id, WallTime now) {
  TRY(Upload upload, lock_upload(transaction, scope, id, now));
  if (upload.status == UploadStatus::cancelled) return upload;
  if (upload.status != UploadStatus::pending) return not_pending(upload.status);
  TRY(const std::vector<PostgresRows> ended, end_upload(transaction, id, UploadStatus::cancelled));
  queue_drop(transaction, ended[0], 0);
  queue_audit(transaction, {now, "upload.cancel", upload.scope.organization_id, id, {}});
  TRY_DO(transaction.commit());
  upload.status = UploadStatus::cancelled;
  return upload;
}

Result<std::uint64_t> expire_upload_rows(PostgresTransaction& transaction, WallTime now,
                                         std::uint64_t count) {
  transaction.queue(queries::expire_uploads,
                    PostgresValues().number(unix_seconds(now)).number(to_signed(count)));
  TRY(const std::vector<PostgresRows> ended, transaction.ask());
  if (ended[0].is_empty()) return 0;
  queue_drop(transaction, ended[0], 0);
  for (int index = 0; index < ended[0].size(); ++index) {
    const PostgresRow row = ended[0][index];
    queue_audit(transaction, {now, "upload.expire", row.text(1), row.text(0), {}});
  }
  TRY_DO(transaction.commit());
  return static_cast<std::uint64_t>(ended[0].size());
}

Result<std::uint64_t> forget_upload_rows(PostgresTransaction& transaction, WallTime now,
                                         std::uint64_t count) {
  transaction.queue(
      queries::forget_uploads,
      PostgresValues().number(unix_seconds(now - limits::upload_memory)).number(to_signed(count)));
  TRY(const std::vector<PostgresRows> deleted, transaction.commit());
  return static_cast<std::uint64_t>(deleted[0].size());
}

Result<std::vector<ContentPart>> select_content_parts(PostgresConnection& connection,
                                                      const BlobId& content) {
  TRY(const PostgresRows rows,
      connection.run(queries::parts_of_content, PostgresValues().id(content.text())));
  std::vector<ContentPart> parts;
  for (int row = 0; row < rows.size(); ++row) {
    TRY(ContentPart part, read_content_part(rows[row]));
    parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace argot::catalog::postgres
