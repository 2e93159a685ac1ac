// The SQL statements about uploads that come in parts.
#pragma once

#include "catalog/queries.h"

namespace argot::catalog::queries {

inline constexpr Sql insert_upload(
    "INSERT INTO uploads (id, organization_id, project_id, purpose, filename, bytes, created_at,"
    " expires_at, file_expires_after, status)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'pending')");

// ?3 id.
inline constexpr Sql find_upload(
    "SELECT id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at,"
    " file_expires_after, status, file_id FROM uploads"
    " WHERE id = ?3 AND organization_id = ?1 AND (?2 IS NULL OR project_id = ?2)");

// ?3 id, ?4 bytes, ?5 now in seconds, ?6 how many parts there may be. No row: it takes no part.
inline constexpr Sql count_part(
    "UPDATE uploads SET part_count = part_count + 1, part_bytes = part_bytes + ?4"
    " WHERE id = ?3 AND organization_id = ?1 AND project_id = ?2 AND status = 'pending'"
    " AND expires_at > ?5 AND part_count < ?6 RETURNING sequence");

// ?2 bytes, which may be less than none, ?3 the limit or NULL. No row: over the limit.
inline constexpr Sql charge_organization_bytes(
    "UPDATE organizations SET used_bytes = used_bytes + ?2"
    " WHERE id = ?1 AND (?3 IS NULL OR used_bytes + ?2 <= ?3) RETURNING sequence");
inline constexpr Sql charge_project_bytes(
    "UPDATE projects SET used_bytes = used_bytes + ?2"
    " WHERE id = ?1 AND (?3 IS NULL OR used_bytes + ?2 <= ?3) RETURNING sequence");

inline constexpr Sql insert_part(
    "INSERT INTO parts (id, upload_id, bytes, created_at, sha256, blob, checksums)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

inline constexpr Sql parts_of_upload(
    "SELECT blob, bytes, checksums, id, upload_id, created_at, sha256 FROM parts"
    " INDEXED BY parts_by_upload WHERE upload_id = ?1 ORDER BY sequence");
inline constexpr Sql parts_of_content(
    "SELECT blob, bytes, checksums FROM parts INDEXED BY parts_by_content WHERE content = ?1"
    " ORDER BY position");

// ?2 the status that it ends with, ?3 now in seconds. No row: it is not pending.
inline constexpr Sql end_upload(
    "UPDATE uploads SET status = ?2 WHERE id = ?1 AND status = 'pending' AND expires_at > ?3"
    " RETURNING id, organization_id, project_id, part_bytes");
// ?1 now in seconds, ?2 how many at most.
inline constexpr Sql expire_uploads(
    "UPDATE uploads SET status = 'expired' WHERE sequence IN (SELECT sequence FROM uploads"
    " INDEXED BY uploads_pending_by_expiry"
    " WHERE status = 'pending' AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
    " RETURNING id, organization_id, project_id, part_bytes");
inline constexpr Sql note_upload_file("UPDATE uploads SET file_id = ?2 WHERE id = ?1");

// ?2 part, ?3 the content that it belongs to, ?4 its place there. No row: there is no such part.
inline constexpr Sql give_part_to_content(
    "UPDATE parts SET upload_id = NULL, content = ?3, position = ?4"
    " WHERE id = ?2 AND upload_id = ?1 RETURNING bytes");
// As above, of a part whose blob is the whole content.
inline constexpr Sql give_part_to_file(
    "DELETE FROM parts WHERE id = ?2 AND upload_id = ?1 RETURNING bytes");

inline constexpr Sql drop_part_blobs(
    "INSERT INTO garbage (blob) SELECT blob FROM parts INDEXED BY parts_by_upload"
    " WHERE upload_id = ?1 ORDER BY sequence");
inline constexpr Sql drop_parts(
    "DELETE FROM parts INDEXED BY parts_by_upload WHERE upload_id = ?1");

// ?1 the moment up to which they are forgotten, ?2 how many at most.
inline constexpr Sql forget_uploads(
    "DELETE FROM uploads WHERE sequence IN (SELECT sequence FROM uploads"
    " INDEXED BY uploads_ended_by_expiry"
    " WHERE status <> 'pending' AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
    " RETURNING sequence");

}  // namespace argot::catalog::queries
