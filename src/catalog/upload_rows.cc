#include "catalog/upload_rows.h"

#include <string>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "catalog/file_rows.h"
#include "catalog/tenant_rows.h"
#include "catalog/upload_queries.h"
#include "catalog/upload_values.h"

namespace argot::catalog {
namespace {

// An upload that is pending no more, and what its parts are charged.
struct Ended {
  std::string id;
  std::string organization_id;
  std::string project_id;
  std::int64_t part_bytes = 0;
};

Ended read_ended(const Statement& row) {
  return {.id = std::string(row.text(0)),
          .organization_id = std::string(row.text(1)),
          .project_id = std::string(row.text(2)),
          .part_bytes = row.integer(3)};
}

Result<std::optional<Ended>> end_pending(Connection& connection, std::string_view id,
                                         UploadStatus status, WallTime now) {
  Statement end = connection.use(queries::end_upload);
  TRY(const bool was_pending, end.bind(id).bind(text_of(status)).bind(unix_seconds(now)).step());
  return was_pending ? std::optional(read_ended(end)) : std::nullopt;
}

// Gives back what they are charged for, and notes as garbage what no file has taken.
Result<> drop_parts(Connection& connection, const Ended& upload, std::int64_t refunded_bytes) {
  TRY_DO(connection.use(queries::drop_part_blobs).bind(upload.id).run());
  TRY_DO(connection.use(queries::drop_parts).bind(upload.id).run());
  TRY_DO(connection.use(queries::charge_organization_bytes)
             .bind(upload.organization_id)
             .bind(-refunded_bytes)
             .bind(std::nullopt)
             .run());
  return connection.use(queries::charge_project_bytes)
      .bind(upload.project_id)
      .bind(-refunded_bytes)
      .bind(std::nullopt)
      .run();
}

// Why a part or a completion found no pending upload.
Result<> refuse_change(Connection& connection, const Scope& scope, std::string_view id,
                       WallTime now) {
  TRY(const std::optional<Upload> upload, select_upload(connection, scope, id, now));
  if (!upload) return fail(ErrorCode::upload_not_found, std::string(id));
  if (upload->status != UploadStatus::pending) return not_pending(upload->status);
  return too_many_parts();
}

Result<> charge_part(Connection& connection, const NewPart& part) {
  Statement organization = connection.use(queries::charge_organization_bytes);
  TRY(const bool fits_organization, organization.bind(part.scope.organization_id)
                                        .bind(to_signed(part.bytes))
                                        .bind(to_signed(part.organization_bytes_max))
                                        .step());
  if (!fits_organization) {
    ASSERT(part.organization_bytes_max.has_value());  // without a limit everything fits
    return fail(ErrorCode::organization_quota_exceeded, human_bytes(*part.organization_bytes_max));
  }
  Statement project = connection.use(queries::charge_project_bytes);
  TRY(const bool fits_project, project.bind(part.scope.project_id)
                                   .bind(to_signed(part.bytes))
                                   .bind(to_signed(part.project_bytes_max))
                                   .step());
  if (!fits_project) {
    ASSERT(part.project_bytes_max.has_value());  // as above
    return fail(ErrorCode::project_quota_exceeded, human_bytes(*part.project_bytes_max));
  }
  return {};
}

Result<> give_parts(Connection& connection, const Completion& completion) {
  std::int64_t position = 0;
  std::int64_t bytes = 0;
  for (const std::string& id : completion.part_ids) {
    const auto give = [&](Statement& row) -> Result<> {
      TRY(const bool is_there, row.step());
      if (!is_there) return unknown_part(id);
      bytes += row.integer(0);
      return {};
    };
    if (completion.file.part_count > 0) {
      TRY_DO(give(connection.use(queries::give_part_to_content)
                      .bind(completion.upload_id)
                      .bind(id)
                      .bind(completion.file.blob.text())
                      .bind(position++)));
    } else {
      TRY_DO(give(connection.use(queries::give_part_to_file).bind(completion.upload_id).bind(id)));
    }
  }
  ASSERT(static_cast<std::uint64_t>(bytes) == completion.file.bytes);
  return {};
}

// The file of an upload that was completed before.
Result<File> completed_file(Connection& connection, const Upload& upload, WallTime now) {
  TRY(std::optional<File> file, select_file(connection, upload.scope, upload.file_id, now));
  if (!file) return fail(ErrorCode::file_not_found, upload.file_id);
  return *std::move(file);
}

}  // namespace

Result<Upload> insert_upload(Connection& connection, const NewUpload& made, WallTime now,
                             Random& random) {
  Upload upload = new_upload(made, now, random);
  const Result<> inserted = connection.use(queries::insert_upload)
                                .bind(upload.id)
                                .bind(upload.scope.organization_id)
                                .bind(upload.scope.project_id)
                                .bind(upload.purpose)
                                .bind(upload.filename)
                                .bind(to_signed(upload.bytes))
                                .bind(upload.created_at)
                                .bind(upload.expires_at)
                                .bind(to_signed(upload.file_expires_after_seconds))
                                .run();
  if (!inserted && connection.trouble() == Trouble::unknown_tenant) {
    return fail(ErrorCode::invalid_request, "There is no such organization or project.");
  }
  TRY_DO(inserted);
  TRY_DO(insert_audit(connection,
                      {now, "upload.create", upload.scope.organization_id, upload.id, {}}));
  return upload;
}

Result<std::optional<Upload>> select_upload(Connection& connection, const Scope& scope,
                                            std::string_view id, WallTime now) {
  Statement row = connection.use(queries::find_upload);
  TRY(const bool has_row, row.bind(scope.organization_id).bind(scope.project_id).bind(id).step());
  return has_row ? std::optional(read_upload(row, now)) : std::nullopt;
}

Result<UploadPart> insert_part(Connection& connection, const NewPart& part, WallTime now,
                               Random& random) {
  {
    Statement count = connection.use(queries::count_part);
    TRY(const bool is_taken, count.bind(part.scope.organization_id)
                                 .bind(part.scope.project_id)
                                 .bind(part.upload_id)
                                 .bind(to_signed(part.bytes))
                                 .bind(unix_seconds(now))
                                 .bind(to_signed(limits::upload_parts_max))
                                 .step());
    if (!is_taken) TRY_DO(refuse_change(connection, part.scope, part.upload_id, now));
  }
  TRY_DO(charge_part(connection, part));
  UploadPart row = new_part(part, now, random);
  TRY_DO(connection.use(queries::insert_part)
             .bind(row.id)
             .bind(row.upload_id)
             .bind(to_signed(row.bytes))
             .bind(row.created_at)
             .bind(Bytes(row.sha256.bytes))
             .bind(row.blob.text())
             .bind(Bytes(row.checksums.packed()))
             .run());
  return row;
}

Result<std::vector<UploadPart>> select_upload_parts(Connection& connection,
                                                    std::string_view upload_id) {
  Statement row = connection.use(queries::parts_of_upload);
  row.bind(upload_id);
  std::vector<UploadPart> parts;
  for (;;) {
    TRY(const bool has_row, row.step());
    if (!has_row) return parts;
    TRY(UploadPart part, read_part(row));
    parts.push_back(std::move(part));
  }
}

Result<File> complete_upload_row(Connection& connection, const Completion& completion, WallTime now,
                                 Random& random) {
  const NewFile& file = completion.file;
  TRY(const std::optional<Upload> upload,
      select_upload(connection, file.scope, completion.upload_id, now));
  if (!upload) return fail(ErrorCode::upload_not_found, completion.upload_id);
  if (upload->status == UploadStatus::completed) return completed_file(connection, *upload, now);
  TRY(const std::optional<Ended> ended,
      end_pending(connection, completion.upload_id, UploadStatus::completed, now));
  if (!ended) return not_pending(upload->status);
  TRY_DO(give_parts(connection, completion));
  TRY_DO(drop_parts(connection, *ended, ended->part_bytes - to_signed(file.bytes)));
  TRY(File row, commit_row(connection, file, now, random));
  TRY_DO(connection.use(queries::note_upload_file).bind(completion.upload_id).bind(row.id).run());
  TRY_DO(insert_audit(connection, {now, "upload.complete", ended->organization_id, ended->id, {}}));
  return row;
}

Result<Upload> cancel_upload_row(Connection& connection, const Scope& scope, std::string_view id,
                                 WallTime now) {
  TRY(std::optional<Upload> upload, select_upload(connection, scope, id, now));
  if (!upload) return fail(ErrorCode::upload_not_found, std::string(id));
  if (upload->status == UploadStatus::cancelled) return *std::move(upload);
  TRY(const std::optional<Ended> ended, end_pending(connection, id, UploadStatus::cancelled, now));
  if (!ended) return not_pending(upload->status);
  TRY_DO(drop_parts(connection, *ended, ended->part_bytes));
  TRY_DO(insert_audit(connection, {now, "upload.cancel", ended->organization_id, ended->id, {}}));
  upload->status = UploadStatus::cancelled;
  return *std::move(upload);
}

Result<std::uint64_t> expire_upload_rows(Connection& connection, WallTime now,
                                         std::uint64_t count) {
  std::vector<Ended> all;
  {
    Statement row = connection.use(queries::expire_uploads);
    row.bind(unix_seconds(now)).bind(to_signed(count));
    for (;;) {
      TRY(const bool has_row, row.step());
      if (!has_row) break;
      all.push_back(read_ended(row));
    }
  }
  for (const Ended& upload : all) {
    TRY_DO(drop_parts(connection, upload, upload.part_bytes));
    TRY_DO(insert_audit(connection, {now, "upload.expire", upload.organization_id, upload.id, {}}));
  }
  return all.size();
}

Result<std::uint64_t> forget_upload_rows(Connection& connection, WallTime now,
                                         std::uint64_t count) {
  Statement row = connection.use(queries::forget_uploads);
  row.bind(unix_seconds(now - limits::upload_memory)).bind(to_signed(count));
  for (std::uint64_t forgotten = 0;; ++forgotten) {
    TRY(const bool has_row, row.step());
    if (!has_row) return forgotten;
  }
}

Result<std::vector<ContentPart>> select_content_parts(Connection& connection,
                                                      const BlobId& content) {
  Statement row = connection.use(queries::parts_of_content);
  row.bind(content.text());
  std::vector<ContentPart> parts;
  for (;;) {
    TRY(const bool has_row, row.step());
    if (!has_row) return parts;
    TRY(ContentPart part, read_content_part(row));
    parts.push_back(std::move(part));
  }
}

}  // namespace argot::catalog
