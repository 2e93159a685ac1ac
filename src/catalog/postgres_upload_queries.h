// The SQL statements on PostgreSQL about uploads that come in parts; they mean what those of
// upload_queries.h mean that are named like them.
#pragma once

#include "catalog/postgres_queries.h"

namespace argot::catalog::postgres::queries {

// Repeated, it waits for the transaction before, and then does nothing.
inline constexpr Sql insert_upload(
    "INSERT INTO uploads (id, organization_id, project_id, purpose, filename, bytes, created_at,"
    " expires_at, file_expires_after, status)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending')"
    " ON CONFLICT (id) DO NOTHING RETURNING sequence");

inline constexpr Sql find_upload(
    "SELECT id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at,"
    " file_expires_after, status, file_id FROM uploads"
    " WHERE id = $3 AND organization_id = $1 AND ($2 IS NULL OR project_id = $2)");
// Waits until every transaction that has changed the upload is over.
inline constexpr auto lock_upload = find_upload + Sql(" FOR UPDATE");

// The upload is locked. $2 bytes.
inline constexpr Sql count_part(
    "UPDATE uploads SET part_count = part_count + 1, part_bytes = part_bytes + $2 WHERE id = $1"
    " AND part_count < $3 RETURNING sequence");

// $2 bytes, $3 the limit or NULL. No row: over the limit.
inline constexpr Sql charge_organization_bytes(
    "UPDATE organizations SET used_bytes = used_bytes + $2"
    " WHERE id = $1 AND used_bytes <= coalesce($3, 9223372036854775807) - $2 RETURNING sequence");
inline constexpr Sql charge_project_bytes(
    "UPDATE projects SET used_bytes = used_bytes + $2"
    " WHERE id = $1 AND used_bytes <= coalesce($3, 9223372036854775807) - $2 RETURNING sequence");

inline constexpr Sql insert_part(
    "INSERT INTO parts (id, upload_id, bytes, created_at, sha256, blob, checksums)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)");

inline constexpr Sql part_columns(
    "SELECT blob, bytes, checksums, id, upload_id, created_at, sha256 FROM parts");
inline constexpr auto parts_of_upload =
    part_columns + Sql(" WHERE upload_id = $1 ORDER BY sequence");
inline constexpr auto find_part = part_columns + Sql(" WHERE id = $1 AND upload_id = $2");
inline constexpr Sql parts_of_content(
    "SELECT blob, bytes, checksums FROM parts WHERE content = $1 ORDER BY position");

// $2 the status that it ends with. The upload is locked.
inline constexpr Sql end_upload(
    "UPDATE uploads SET status = $2 WHERE id = $1"
    " RETURNING id, organization_id, project_id, part_bytes");
inline constexpr Sql expire_uploads(
    "UPDATE uploads SET status = 'expired' WHERE sequence IN (SELECT sequence FROM uploads"
    " WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2)"
    " AND status = 'pending' RETURNING id, organization_id, project_id, part_bytes");
inline constexpr Sql note_upload_file("UPDATE uploads SET file_id = $2 WHERE id = $1");

inline constexpr Sql give_part_to_content(
    "UPDATE parts SET upload_id = NULL, content = $3, position = $4"
    " WHERE id = $2 AND upload_id = $1 RETURNING bytes");
inline constexpr Sql give_part_to_file(
    "DELETE FROM parts WHERE id = $2 AND upload_id = $1 RETURNING bytes");

inline constexpr Sql drop_part_blobs(
    "INSERT INTO garbage (blob) SELECT blob FROM parts WHERE upload_id = $1 ORDER BY sequence");
inline constexpr Sql drop_parts("DELETE FROM parts WHERE upload_id = $1");

inline constexpr Sql forget_uploads(
    "DELETE FROM uploads WHERE sequence IN (SELECT sequence FROM uploads"
    " WHERE status <> 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2)"
    " RETURNING sequence");

}  // namespace argot::catalog::postgres::queries
