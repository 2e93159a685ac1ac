// Every SQL statement of the catalogue, but for the schema (schema/*.sql), its pragmas (schema.cc)
// and what concerns files that wait (waiting_queries.h).
//
// Parameters are numbered in the order in which they are bound. A scope is always ?1, the
// organisation, and ?2, the project or NULL, and is part of the look-up itself.
#pragma once

#include "catalog/sqlite.h"

namespace argot::catalog::queries {

// --- Transactions --------------------------------------------------------------------------------

inline constexpr Sql begin("BEGIN IMMEDIATE");
inline constexpr Sql commit("COMMIT");
inline constexpr Sql rollback("ROLLBACK");
inline constexpr Sql savepoint("SAVEPOINT operation");
inline constexpr Sql undo_savepoint("ROLLBACK TO operation");
inline constexpr Sql release_savepoint("RELEASE operation");

// --- Tenants -------------------------------------------------------------------------------------

inline constexpr Sql insert_organization(
    "INSERT INTO organizations (id, name, created_ms) VALUES (?1, ?2, ?3)");

inline constexpr Sql insert_project(
    "INSERT INTO projects (id, organization_id, name, created_ms) VALUES (?1, ?2, ?3, ?4)");

inline constexpr Sql organizations("SELECT id FROM organizations ORDER BY sequence");

inline constexpr Sql projects(
    "SELECT id, organization_id, name FROM projects WHERE organization_id = ?1 ORDER BY sequence");

inline constexpr Sql project_exists(
    "SELECT 1 FROM projects WHERE organization_id = ?1 AND id = ?2");

inline constexpr Sql insert_key(
    "INSERT INTO keys (public_id, secret_sha256, organization_id, project_id, name, permissions,"
    " created_ms, expires_ms, revoked_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");

inline constexpr Sql key_columns(
    "SELECT public_id, secret_sha256, organization_id, project_id, name, permissions, created_ms,"
    " expires_ms, revoked_ms FROM keys ");

inline constexpr auto find_key = key_columns + Sql("WHERE public_id = ?1");

inline constexpr auto keys = key_columns + Sql("ORDER BY created_ms, public_id");

inline constexpr Sql revoke_key(
    "UPDATE keys SET revoked_ms = ?2 WHERE public_id = ?1 AND revoked_ms IS NULL"
    " RETURNING organization_id");

// --- Limits --------------------------------------------------------------------------------------

inline constexpr Sql organization_exists("SELECT 1 FROM organizations WHERE id = ?1");

// Those of the organisation have no project; ?2 NULL finds them alone.
inline constexpr Sql limits(
    "SELECT project_id, name, largest FROM limits INDEXED BY limits_by_owner"
    " WHERE organization_id = ?1 AND coalesce(project_id, '') IN ('', ?2)");

// ?3 name, ?4 the limit or NULL for none.
inline constexpr Sql put_limit(
    "INSERT INTO limits (organization_id, project_id, name, largest) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (organization_id, coalesce(project_id, ''), name)"
    " DO UPDATE SET largest = excluded.largest");

inline constexpr Sql drop_limit(
    "DELETE FROM limits INDEXED BY limits_by_owner WHERE organization_id = ?1"
    " AND coalesce(project_id, '') = coalesce(?2, '') AND name = ?3");

// --- Files: changes ------------------------------------------------------------------------------

// ?2 now, ?3 bytes, ?4 the limit or NULL. No row: over the limit, or no such organisation.
inline constexpr Sql charge_organization(
    "UPDATE organizations SET last_file_ms = max(?2, last_file_ms + 1),"
    " used_bytes = used_bytes + ?3, file_count = file_count + 1"
    " WHERE id = ?1 AND (?4 IS NULL OR used_bytes + ?3 <= ?4) RETURNING last_file_ms");

// ?3 bytes, ?4 the limit or NULL. No row: over the limit, or no such project.
inline constexpr Sql charge_project(
    "UPDATE projects SET used_bytes = used_bytes + ?3, file_count = file_count + 1"
    " WHERE organization_id = ?1 AND id = ?2 AND (?4 IS NULL OR used_bytes + ?3 <= ?4)"
    " RETURNING sequence");

inline constexpr Sql refund_organization(
    "UPDATE organizations SET used_bytes = used_bytes - ?2, file_count = file_count - 1"
    " WHERE id = ?1");

inline constexpr Sql refund_project(
    "UPDATE projects SET used_bytes = used_bytes - ?2, file_count = file_count - 1 WHERE id = ?1");

inline constexpr Sql insert_file(
    "INSERT INTO files (organization_id, project_id, id, purpose, filename, bytes, created_at,"
    " expires_at, status, status_details, sha256, blob, checksums, part_count)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");

// Directly after the insertion of its file.
inline constexpr Sql insert_report(
    "INSERT INTO reports (sequence, report) VALUES (last_insert_rowid(), ?1)");

// ?3 id, ?4 now in seconds. The file's report goes with it (ON DELETE CASCADE), here and below.
inline constexpr Sql delete_file(
    "DELETE FROM files INDEXED BY files_by_organization"
    " WHERE organization_id = ?1 AND id = ?3 AND (?2 IS NULL OR project_id = ?2)"
    " AND (expires_at IS NULL OR expires_at > ?4)"
    " RETURNING id, organization_id, project_id, bytes, blob");

// ?1 now in seconds, ?2 how many at most.
inline constexpr Sql delete_expired(
    "DELETE FROM files WHERE sequence IN (SELECT sequence FROM files INDEXED BY files_by_expiry"
    " WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)"
    " RETURNING id, organization_id, project_id, bytes, blob");

// --- Attempts ------------------------------------------------------------------------------------

// ?2 API key, ?3 idempotency key, ?4 the moment up to which they are forgotten.
inline constexpr Sql find_attempt_by_key(
    "SELECT file_id, blob, created_at, expires_at, fingerprint FROM attempts INDEXED BY "
    "attempts_by_key"
    " WHERE organization_id = ?1 AND key_id = ?2 AND idempotency_key = ?3 AND committed_ms > ?4");

// ?2 API key, ?3 fingerprint, ?4 the bit of this try, ?5 the moment up to which they are forgotten,
// ?6 when this try began, ?7 now in seconds, ?8 the moment behind which one must be. The lower
// tries are the lower bits.
inline constexpr Sql find_attempt_by_fingerprint(
    "SELECT sequence, file_id FROM attempts INDEXED BY attempts_by_fingerprint"
    " WHERE organization_id = ?1 AND key_id = ?2 AND fingerprint = ?3 AND idempotency_key IS NULL"
    " AND committed_ms > ?8 AND tries & ?4 = 0"
    " AND ((tries & (?4 - 1) <> 0 AND committed_ms > ?5) OR committed_ms > ?6)"
    " AND EXISTS (SELECT 1 FROM files INDEXED BY files_by_organization"
    " WHERE files.organization_id = ?1 AND files.id = attempts.file_id"
    " AND (files.expires_at IS NULL OR files.expires_at > ?7))"
    " ORDER BY committed_ms DESC, sequence DESC LIMIT 1");

inline constexpr Sql note_try("UPDATE attempts SET tries = tries | ?2 WHERE sequence = ?1");

// One with an idempotency key takes the place of a forgotten one.
inline constexpr Sql insert_attempt(
    "INSERT OR REPLACE INTO attempts (organization_id, key_id, idempotency_key, fingerprint,"
    " committed_ms, tries, file_id, blob, created_at, expires_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");

// ?1 the moment up to which they are forgotten, ?2 how many at most.
inline constexpr Sql forget_attempts_without_key(
    "DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM attempts"
    " INDEXED BY attempts_without_key_by_age"
    " WHERE idempotency_key IS NULL AND committed_ms <= ?1 ORDER BY committed_ms LIMIT ?2)"
    " RETURNING sequence");
inline constexpr Sql forget_attempts_with_key(
    "DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM attempts"
    " INDEXED BY attempts_with_key_by_age"
    " WHERE idempotency_key IS NOT NULL AND committed_ms <= ?1 ORDER BY committed_ms LIMIT ?2)"
    " RETURNING sequence");

// --- Files: reads --------------------------------------------------------------------------------

inline constexpr Sql file_columns(
    "SELECT id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at,"
    " status, status_details, sha256, blob, part_count");

// ?3 id, ?4 now in seconds.
inline constexpr Sql one_file(
    " FROM files INDEXED BY files_by_organization"
    " WHERE organization_id = ?1 AND id = ?3 AND (?2 IS NULL OR project_id = ?2)"
    " AND (expires_at IS NULL OR expires_at > ?4)");

inline constexpr auto find_file = file_columns + one_file;
inline constexpr auto find_content = file_columns + Sql(", checksums") + one_file;
inline constexpr auto find_report =
    file_columns + Sql(", (SELECT report FROM reports WHERE reports.sequence = files.sequence)") +
    one_file;

// A page: ?3 purpose, ?4 the id to start behind, ?5 now in seconds, ?6 how many. The index is named
// because a page must be one walk along it, whatever the planner thinks of the tables' sizes.
inline constexpr Sql alive(" AND (expires_at IS NULL OR expires_at > ?5)");
inline constexpr auto upward = Sql(" AND id > ?4") + alive + Sql(" ORDER BY id ASC LIMIT ?6");
inline constexpr auto downward = Sql(" AND id < ?4") + alive + Sql(" ORDER BY id DESC LIMIT ?6");

inline constexpr Sql listed_columns(
    "SELECT id, purpose, filename, bytes, created_at, expires_at, status, status_details");
inline constexpr auto of_organization =
    listed_columns + Sql(" FROM files INDEXED BY files_by_organization WHERE organization_id = ?1");
inline constexpr auto of_organization_with_purpose =
    listed_columns + Sql(" FROM files INDEXED BY files_by_organization_purpose"
                         " WHERE organization_id = ?1 AND purpose = ?3");
inline constexpr auto of_project =
    listed_columns + Sql(" FROM files INDEXED BY files_by_project"
                         " WHERE organization_id = ?1 AND project_id = ?2");
inline constexpr auto of_project_with_purpose =
    listed_columns + Sql(" FROM files INDEXED BY files_by_project_purpose"
                         " WHERE organization_id = ?1 AND project_id = ?2 AND purpose = ?3");

// One for each way along an index; with_page_query() chooses.
struct PageQueries {
  static constexpr auto organization_upward = of_organization + upward;
  static constexpr auto organization_downward = of_organization + downward;
  static constexpr auto organization_purpose_upward = of_organization_with_purpose + upward;
  static constexpr auto organization_purpose_downward = of_organization_with_purpose + downward;
  static constexpr auto project_upward = of_project + upward;
  static constexpr auto project_downward = of_project + downward;
  static constexpr auto project_purpose_upward = of_project_with_purpose + upward;
  static constexpr auto project_purpose_downward = of_project_with_purpose + downward;
};

inline constexpr Sql organization_usage(
    "SELECT used_bytes, file_count FROM organizations WHERE id = ?1");

inline constexpr Sql project_usage("SELECT used_bytes, file_count FROM projects WHERE id = ?1");

inline constexpr Sql total_usage(
    "SELECT coalesce(sum(used_bytes), 0), coalesce(sum(file_count), 0) FROM organizations");

// --- Housekeeping --------------------------------------------------------------------------------

// The content of a deleted file: its blob, or those of its parts.
inline constexpr Sql insert_garbage(
    "INSERT INTO garbage (blob) SELECT blob FROM parts WHERE content = ?1"
    " UNION ALL SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM parts WHERE content = ?1)");
inline constexpr Sql delete_content_parts("DELETE FROM parts WHERE content = ?1");

inline constexpr Sql garbage(
    "SELECT sequence, blob FROM garbage WHERE sequence > ?1 ORDER BY sequence LIMIT ?2");

inline constexpr Sql forget_garbage("DELETE FROM garbage WHERE sequence = ?1 AND blob = ?2");

inline constexpr auto stored_file =
    file_columns + Sql(", checksums FROM files WHERE sequence = ?1");

// ?1 the number behind which to begin, ?2 how many at most.
inline constexpr auto stored_files =
    file_columns + Sql(", checksums, sequence FROM files WHERE sequence > ?1"
                       " ORDER BY sequence LIMIT ?2");

inline constexpr Sql scrub_state("SELECT began_ms, last_sequence FROM scrub");
inline constexpr Sql set_scrub_state("UPDATE scrub SET began_ms = ?1, last_sequence = ?2");

inline constexpr Sql is_known(
    "SELECT EXISTS (SELECT 1 FROM files INDEXED BY files_by_blob WHERE blob = ?1)"
    " OR EXISTS (SELECT 1 FROM parts INDEXED BY parts_by_blob WHERE blob = ?1)"
    " OR EXISTS (SELECT 1 FROM garbage INDEXED BY garbage_by_blob WHERE blob = ?1)");

inline constexpr Sql check("SELECT count(*) FROM (SELECT 1 FROM organizations LIMIT 1)");

inline constexpr Sql insert_audit(
    "INSERT INTO audit (at_ms, action, organization_id, subject, details)"
    " VALUES (?1, ?2, ?3, ?4, ?5)");

}  // namespace argot::catalog::queries
