// Every SQL statement of the catalogue on PostgreSQL, but for the schema (schema_postgres/*.sql)
// and what a start asks (postgres_schema.cc).
//
// Parameters are numbered in the order in which they are bound. A scope is always $1, the
// organisation, and $2, the project or NULL, and is part of the look-up itself. The statements mean
// what those of queries.h mean that are named like them.
#pragma once

#include "catalog/sql.h"

namespace argot::catalog::postgres::queries {

// --- Transactions --------------------------------------------------------------------------------

// Whatever the server's default is: what must not change is locked, and each statement sees what
// was committed before it began.
inline constexpr Sql begin("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
inline constexpr Sql commit("COMMIT");
inline constexpr Sql rollback("ROLLBACK");

// --- Tenants -------------------------------------------------------------------------------------

// One process at a time makes the first organisation. Whatever the server does of advisory locks,
// it locks rows.
inline constexpr Sql lock_catalogue("SELECT version FROM argot_catalogue FOR UPDATE");

inline constexpr Sql insert_organization(
    "INSERT INTO organizations (id, name, created_ms) VALUES ($1, $2, $3)");

inline constexpr Sql insert_project(
    "INSERT INTO projects (id, organization_id, name, created_ms) VALUES ($1, $2, $3, $4)");

inline constexpr Sql organizations("SELECT id FROM organizations ORDER BY sequence");

inline constexpr Sql projects(
    "SELECT id, organization_id, name FROM projects WHERE organization_id = $1 ORDER BY sequence");

// Whether there is the project or, where none is named, the organisation.
inline constexpr Sql owner_exists(
    "SELECT EXISTS (SELECT 1 FROM organizations WHERE id = $1)"
    " AND ($2 IS NULL OR EXISTS (SELECT 1 FROM projects WHERE organization_id = $1 AND id = $2))");

inline constexpr Sql insert_key(
    "INSERT INTO keys (public_id, secret_sha256, organization_id, project_id, name, permissions,"
    " created_ms, expires_ms, revoked_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

inline constexpr Sql key_columns(
    "SELECT public_id, secret_sha256, organization_id, project_id, name, permissions, created_ms,"
    " expires_ms, revoked_ms FROM keys ");

inline constexpr auto find_key = key_columns + Sql("WHERE public_id = $1");

inline constexpr auto keys = key_columns + Sql("ORDER BY created_ms, public_id");

inline constexpr Sql revoke_key(
    "UPDATE keys SET revoked_ms = $2 WHERE public_id = $1 AND revoked_ms IS NULL"
    " RETURNING organization_id");

inline constexpr Sql limits(
    "SELECT nullif(project_id, ''), name, largest FROM limits"
    " WHERE organization_id = $1 AND project_id IN ('', coalesce($2, ''))");

// $3 name, $4 the limit or NULL for none.
inline constexpr Sql put_limit(
    "INSERT INTO limits (organization_id, project_id, name, largest)"
    " VALUES ($1, coalesce($2, ''), $3, $4)"
    " ON CONFLICT (organization_id, project_id, name) DO UPDATE SET largest = excluded.largest");

inline constexpr Sql drop_limit(
    "DELETE FROM limits WHERE organization_id = $1 AND project_id = coalesce($2, '')"
    " AND name = $3");

inline constexpr Sql insert_audit(
    "INSERT INTO audit (at_ms, action, organization_id, subject, details)"
    " VALUES ($1, $2, $3, $4, $5)");

// --- Duties --------------------------------------------------------------------------------------

// $1 duty, $2 holder, $3 until, $4 now. No row: somebody else holds it.
inline constexpr Sql claim_duty(
    "INSERT INTO duties (name, holder, until_ms) VALUES ($1, $2, $3)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms"
    " WHERE duties.holder = excluded.holder OR duties.until_ms <= $4 RETURNING until_ms");

inline constexpr Sql give_up_duty("DELETE FROM duties WHERE name = $1 AND holder = $2");

// --- Content without a row ---------------------------------------------------------------------

// Waits until every transaction that has charged anybody is over. In the order in which others take
// several of them.
inline constexpr Sql lock_organizations(
    "SELECT 1::bigint FROM organizations ORDER BY id FOR UPDATE");

// $2 now. No row: something names it.
inline constexpr Sql condemn(
    "INSERT INTO condemned (blob, condemned_ms) SELECT $1, $2"
    " WHERE NOT EXISTS (SELECT 1 FROM files WHERE blob = $1)"
    " AND NOT EXISTS (SELECT 1 FROM parts WHERE blob = $1)"
    " AND NOT EXISTS (SELECT 1 FROM garbage WHERE blob = $1)"
    " ON CONFLICT (blob) DO UPDATE SET condemned_ms = excluded.condemned_ms"
    " RETURNING condemned_ms");

inline constexpr Sql forget_condemned("DELETE FROM condemned WHERE condemned_ms < $1");

inline constexpr Sql is_condemned("SELECT condemned_ms FROM condemned WHERE blob = $1");

// --- Files: changes ------------------------------------------------------------------------------

// Waits until every transaction that has charged the organisation is over.
inline constexpr Sql lock_organization(
    "SELECT 1::bigint FROM organizations WHERE id = $1 FOR UPDATE");

// $2 now, $3 bytes, $4 the limit or NULL. No row: over the limit, or no such organisation. Written
// so that no sum overflows, which would be an error here.
inline constexpr Sql charge_organization(
    "UPDATE organizations SET last_file_ms = greatest($2, last_file_ms + 1),"
    " used_bytes = used_bytes + $3, file_count = file_count + 1"
    " WHERE id = $1 AND used_bytes <= coalesce($4, 9223372036854775807) - $3"
    " RETURNING last_file_ms");

// $3 bytes, $4 the limit or NULL. No row: over the limit, or no such project.
inline constexpr Sql charge_project(
    "UPDATE projects SET used_bytes = used_bytes + $3, file_count = file_count + 1"
    " WHERE organization_id = $1 AND id = $2"
    " AND used_bytes <= coalesce($4, 9223372036854775807) - $3 RETURNING sequence");

// $2 bytes, $3 files.
inline constexpr Sql refund_organization(
    "UPDATE organizations SET used_bytes = used_bytes - $2, file_count = file_count - $3"
    " WHERE id = $1");
inline constexpr Sql refund_project(
    "UPDATE projects SET used_bytes = used_bytes - $2, file_count = file_count - $3"
    " WHERE id = $1");

inline constexpr Sql insert_file(
    "INSERT INTO files (organization_id, project_id, id, purpose, filename, bytes, created_at,"
    " expires_at, status, status_details, sha256, blob, checksums, part_count)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

// $1 the blob of the file that was inserted in the same transaction: its number is not yet known.
inline constexpr Sql insert_report(
    "INSERT INTO reports (sequence, report) SELECT sequence, $2 FROM files WHERE blob = $1");
inline constexpr Sql insert_waiting(
    "INSERT INTO waiting (sequence, organization_id)"
    " SELECT sequence, organization_id FROM files WHERE blob = $1");

inline constexpr Sql deleted_columns(" RETURNING id, organization_id, project_id, bytes, blob");

// $3 id, $4 now in seconds. The file's report goes with it (ON DELETE CASCADE), here and below.
inline constexpr auto delete_file =
    Sql("DELETE FROM files WHERE organization_id = $1 AND id = $3"
        " AND ($2 IS NULL OR project_id = $2) AND (expires_at IS NULL OR expires_at > $4)") +
    deleted_columns;

// $1 now in seconds, $2 how many at most.
inline constexpr auto delete_expired =
    Sql("DELETE FROM files WHERE sequence IN (SELECT sequence FROM files"
        " WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)") +
    deleted_columns;

// --- Attempts ------------------------------------------------------------------------------------

// $2 API key, $3 idempotency key, $4 the moment up to which they are forgotten.
inline constexpr Sql find_attempt_by_key(
    "SELECT file_id, blob, created_at, expires_at, fingerprint FROM attempts"
    " WHERE organization_id = $1 AND key_id = $2 AND idempotency_key = $3 AND committed_ms > $4");

// $2 API key, $3 fingerprint, $4 the bit of this try, $5 the moment up to which they are forgotten,
// $6 when this try began, $7 now in seconds, $8 the moment behind which one must be. The lower
// tries are the lower bits.
inline constexpr Sql find_attempt_by_fingerprint(
    "SELECT file_id, blob, created_at, expires_at, sequence FROM attempts"
    " WHERE organization_id = $1 AND key_id = $2 AND fingerprint = $3 AND idempotency_key IS NULL"
    " AND committed_ms > $8 AND (tries & $4) = 0"
    " AND (((tries & ($4 - 1)) <> 0 AND committed_ms > $5) OR committed_ms > $6)"
    " AND EXISTS (SELECT 1 FROM files"
    " WHERE files.organization_id = $1 AND files.id = attempts.file_id"
    " AND (files.expires_at IS NULL OR files.expires_at > $7))"
    " ORDER BY committed_ms DESC, sequence DESC LIMIT 1");

// What find_attempt_by_fingerprint finds it by, and $4 the content.
inline constexpr Sql find_attempt_by_blob(
    "SELECT file_id, blob, created_at, expires_at FROM attempts"
    " WHERE organization_id = $1 AND key_id = $2 AND fingerprint = $3 AND idempotency_key IS NULL"
    " AND blob = $4");

inline constexpr Sql note_try("UPDATE attempts SET tries = tries | $2 WHERE sequence = $1");

// One with an idempotency key takes the place of a forgotten one.
inline constexpr Sql insert_attempt(
    "INSERT INTO attempts (organization_id, key_id, idempotency_key, fingerprint, committed_ms,"
    " tries, file_id, blob, created_at, expires_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (organization_id, key_id, idempotency_key) WHERE idempotency_key IS NOT NULL"
    " DO UPDATE SET fingerprint = excluded.fingerprint, committed_ms = excluded.committed_ms,"
    " tries = excluded.tries, file_id = excluded.file_id, blob = excluded.blob,"
    " created_at = excluded.created_at, expires_at = excluded.expires_at");

// $1 the moment up to which they are forgotten, $2 how many at most.
inline constexpr Sql forget_attempts_without_key(
    "DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM attempts"
    " WHERE idempotency_key IS NULL AND committed_ms <= $1 ORDER BY committed_ms LIMIT $2)"
    " RETURNING sequence");
inline constexpr Sql forget_attempts_with_key(
    "DELETE FROM attempts WHERE sequence IN (SELECT sequence FROM attempts"
    " WHERE idempotency_key IS NOT NULL AND committed_ms <= $1 ORDER BY committed_ms LIMIT $2)"
    " RETURNING sequence");

}  // namespace argot::catalog::postgres::queries
