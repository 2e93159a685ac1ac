// From the columns of a row to an upload and its parts, for the rows of either database; as
// row_values.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/quoting.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/row_values.h"
#include "catalog/upload_records.h"

namespace argot::catalog {

// As it is stored.
inline std::string_view text_of(UploadStatus status) {
  switch (status) {
    case UploadStatus::pending:
      return "pending";
    case UploadStatus::completed:
      return "completed";
    case UploadStatus::cancelled:
      return "cancelled";
    case UploadStatus::expired:
      return "expired";
  }
  std::unreachable();
}

inline UploadStatus upload_status_of(std::string_view text) {
  for (const UploadStatus status :
       {UploadStatus::pending, UploadStatus::completed, UploadStatus::cancelled}) {
    if (text == text_of(status)) return status;
  }
  ASSERT(text == text_of(UploadStatus::expired));  // the table has a CHECK
  return UploadStatus::expired;
}

// An upload is over to the second, even where the sweeper has not come yet.
inline Upload as_of(Upload upload, WallTime now) {
  if (upload.status == UploadStatus::pending && upload.expires_at <= unix_seconds(now)) {
    upload.status = UploadStatus::expired;
  }
  return upload;
}

// id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at,
// file_expires_after, status, file_id.
template <typename Row>
Upload read_upload(const Row& row, WallTime now) {
  Upload upload{.id = std::string(row.text(0)),
                .scope = {.organization_id = std::string(row.text(1)),
                          .project_id = std::string(row.text(2))},
                .purpose = std::string(row.text(3)),
                .filename = std::string(row.text(4)),
                .bytes = static_cast<std::uint64_t>(row.integer(5)),
                .created_at = row.integer(6),
                .expires_at = row.integer(7),
                .status = upload_status_of(row.text(9))};
  if (!row.is_null(8)) {
    upload.file_expires_after_seconds = static_cast<std::uint64_t>(row.integer(8));
  }
  if (!row.is_null(10)) upload.file_id = row.text(10);
  return as_of(std::move(upload), now);
}

// blob, bytes, checksums.
template <typename Row>
Result<ContentPart> read_content_part(const Row& row) {
  std::optional<BlobId> blob = BlobId::parse(row.text(0));
  std::optional<digest::BlockChecksums> checksums =
      digest::BlockChecksums::from_packed(row.bytes(2));
  if (!blob || !checksums) return fail(ErrorCode::internal, "the row of a part is damaged");
  return ContentPart{.blob = *std::move(blob),
                     .bytes = static_cast<std::uint64_t>(row.integer(1)),
                     .checksums = *std::move(checksums)};
}

// blob, bytes, checksums, id, upload_id, created_at, sha256.
template <typename Row>
Result<UploadPart> read_part(const Row& row) {
  TRY(ContentPart content, read_content_part(row));
  const std::optional<digest::Sha256Value> sha256 = digest::Sha256Value::from_bytes(row.bytes(6));
  if (!sha256) return fail(ErrorCode::internal, "the row of a part is damaged");
  return UploadPart{.id = std::string(row.text(3)),
                    .upload_id = std::string(row.text(4)),
                    .created_at = row.integer(5),
                    .bytes = content.bytes,
                    .sha256 = *sha256,
                    .checksums = std::move(content.checksums),
                    .blob = std::move(content.blob)};
}

// The row of an upload that is made at that moment.
inline Upload new_upload(const NewUpload& made, WallTime now, Random& random) {
  const std::int64_t created_at = unix_seconds(now);
  return Upload{.id = mint_timed_id("upload_", now, random),
                .scope = made.scope,
                .purpose = made.purpose,
                .filename = made.filename,
                .bytes = made.bytes,
                .created_at = created_at,
                .expires_at = created_at + made.lifetime.count(),
                .file_expires_after_seconds = made.file_expires_after_seconds};
}

inline UploadPart new_part(const NewPart& part, WallTime now, Random& random) {
  return UploadPart{.id = mint_timed_id("part_", now, random),
                    .upload_id = part.upload_id,
                    .created_at = unix_seconds(now),
                    .bytes = part.bytes,
                    .sha256 = part.sha256,
                    .checksums = part.checksums,
                    .blob = part.blob};
}

// Why an upload takes no change.
inline std::unexpected<Error> not_pending(UploadStatus status) {
  return fail(ErrorCode::upload_not_pending, std::string(text_of(status)));
}

inline std::unexpected<Error> too_many_parts() {
  return fail(ErrorCode::invalid_request, "An Upload may have at most " +
                                              std::to_string(limits::upload_parts_max) +
                                              " parts, and this one has as many.");
}

// That the parts of a completion are not all there.
inline std::unexpected<Error> unknown_part(std::string_view id) {
  return fail(ErrorCode::invalid_request,
              "The Upload has no part " + python_repr(shortened(id)) + ", or it is named twice.",
              "part_ids");
}

}  // namespace argot::catalog
