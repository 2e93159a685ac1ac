// From the columns of a row to a record, for the rows of either database, and the words that both
// store. A Row has text(), integer(), bytes() and is_null(), each of a column counted from 0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limit_overrides.h"
#include "base/result.h"
#include "catalog/records.h"

namespace argot::catalog {

// One line of the record of what was changed, in the transaction of the change.
struct AuditEntry {
  WallTime at;
  std::string_view action;
  std::string_view organization_id;
  std::string_view subject;
  std::string_view details;  // what the action and the subject do not say
};

// As it is stored. What is read has passed the table's CHECK.
std::string_view text_of(FileStatus status);
FileStatus status_of(std::string_view text);

// "file_bytes=1000 organization_bytes=none project_bytes=default", for the record.
std::string details_of(const std::vector<LimitChange>& changes);

inline std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

inline std::optional<std::int64_t> milliseconds(const std::optional<WallTime>& time) {
  if (!time) return std::nullopt;
  return milliseconds(*time);
}

inline WallTime from_milliseconds(std::int64_t count) {
  return WallTime(std::chrono::milliseconds(count));
}

template <typename Row>
std::optional<std::int64_t> optional_integer(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

template <typename Row>
std::optional<WallTime> optional_time(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return from_milliseconds(row.integer(column));
}

// id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at, status,
// status_details, sha256, blob, part_count.
template <typename Row>
Result<File> read_file(const Row& row) {
  const std::optional<digest::Sha256Value> sha256 = digest::Sha256Value::from_bytes(row.bytes(10));
  std::optional<BlobId> blob = BlobId::parse(row.text(11));
  if (!sha256 || !blob) {
    return fail(ErrorCode::internal, "the row of " + std::string(row.text(0)) + " is damaged");
  }
  return File{.id = std::string(row.text(0)),
              .scope = {.organization_id = std::string(row.text(1)),
                        .project_id = std::string(row.text(2))},
              .purpose = std::string(row.text(3)),
              .filename = std::string(row.text(4)),
              .bytes = static_cast<std::uint64_t>(row.integer(5)),
              .created_at = row.integer(6),
              .expires_at = optional_integer(row, 7),
              .status = status_of(row.text(8)),
              .status_details = std::string(row.text(9)),
              .sha256 = *sha256,
              .blob = *std::move(blob),
              .part_count = static_cast<std::uint64_t>(row.integer(12))};
}

// Those of read_file() with the checksums behind them.
template <typename Row>
Result<FileWithChecksums> read_content(const Row& row) {
  TRY(File file, read_file(row));
  std::optional<digest::BlockChecksums> checksums =
      digest::BlockChecksums::from_packed(row.bytes(13));
  if (!checksums) return fail(ErrorCode::internal, "the row of " + file.id + " is damaged");
  return FileWithChecksums{.file = std::move(file), .checksums = *std::move(checksums)};
}

// id, purpose, filename, bytes, created_at, expires_at, status, status_details.
template <typename Row>
ListedFile read_listed(const Row& row) {
  return {.id = std::string(row.text(0)),
          .purpose = std::string(row.text(1)),
          .filename = std::string(row.text(2)),
          .bytes = static_cast<std::uint64_t>(row.integer(3)),
          .created_at = row.integer(4),
          .expires_at = optional_integer(row, 5),
          .status = status_of(row.text(6)),
          .status_details = std::string(row.text(7))};
}

// public_id, secret_sha256, organization_id, project_id, name, permissions, created_ms, expires_ms,
// revoked_ms.
template <typename Row>
Result<Key> read_key(const Row& row) {
  Key key;
  key.public_id = row.text(0);
  const std::optional<digest::Sha256Value> secret = digest::Sha256Value::from_bytes(row.bytes(1));
  if (!secret) return fail(ErrorCode::internal, "the row of key " + key.public_id + " is damaged");
  key.secret_sha256 = *secret;
  key.scope.organization_id = row.text(2);
  if (!row.is_null(3)) key.scope.project_id = std::string(row.text(3));
  key.name = row.text(4);
  key.permissions = static_cast<std::uint32_t>(row.integer(5));
  key.created_at = from_milliseconds(row.integer(6));
  key.expires_at = optional_time(row, 7);
  key.revoked_at = optional_time(row, 8);
  return key;
}

// The answer to an attempt that was done, whose file may be gone by now: file_id, blob, created_at,
// expires_at. What the attempt itself says of the file is known to be the same.
template <typename Row>
Result<File> read_answer(const NewFile& file, const Row& row) {
  std::string id(row.text(0));
  std::optional<BlobId> blob = BlobId::parse(row.text(1));
  if (!blob) return fail(ErrorCode::internal, "the attempt for " + id + " is damaged");
  return File{.id = std::move(id),
              .scope = file.scope,
              .purpose = file.purpose,
              .filename = file.filename,
              .bytes = file.bytes,
              .created_at = row.integer(2),
              .expires_at = optional_integer(row, 3),
              .status = file.status,
              .status_details = file.status_details,
              .sha256 = file.sha256,
              .blob = *std::move(blob),
              .part_count = file.part_count};
}

// The id behind which a page begins. Borrows.
inline std::string_view start_of(const FileQuery& query) {
  // Behind every id, all of which begin with "file-".
  constexpr std::string_view after_all_ids = "\x7f";
  if (query.after) return *query.after;
  return query.order == Order::ascending ? std::string_view() : after_all_ids;
}

// Reads a page by the one of a database's `Queries` that is a walk along an index.
template <typename Queries, typename Read>
Result<FilePage> with_page_query(const FileQuery& query, const Read& read) {
  const bool is_upward = query.order == Order::ascending;
  if (query.scope.project_id && query.purpose) {
    return is_upward ? read(Queries::project_purpose_upward)
                     : read(Queries::project_purpose_downward);
  }
  if (query.scope.project_id) {
    return is_upward ? read(Queries::project_upward) : read(Queries::project_downward);
  }
  if (query.purpose) {
    return is_upward ? read(Queries::organization_purpose_upward)
                     : read(Queries::organization_purpose_downward);
  }
  return is_upward ? read(Queries::organization_upward) : read(Queries::organization_downward);
}

// The row of a file that is committed at that moment.
File new_row(const NewFile& file, std::string id, WallTime created_at);

}  // namespace argot::catalog
