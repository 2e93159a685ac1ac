// The SQL statements on PostgreSQL that look at files and keep house; the others are in
// postgres_queries.h, which says how they are written.
#pragma once

#include "catalog/postgres_queries.h"

namespace argot::catalog::postgres::queries {

// --- Files: reads --------------------------------------------------------------------------------

inline constexpr Sql file_columns(
    "SELECT id, organization_id, project_id, purpose, filename, bytes, created_at, expires_at,"
    " status, status_details, sha256, blob, part_count");

// $3 id, $4 now in seconds.
inline constexpr Sql one_file(
    " FROM files WHERE organization_id = $1 AND id = $3 AND ($2 IS NULL OR project_id = $2)"
    " AND (expires_at IS NULL OR expires_at > $4)");

inline constexpr auto find_file = file_columns + one_file;
inline constexpr auto find_content = file_columns + Sql(", checksums") + one_file;
inline constexpr auto find_report =
    file_columns + Sql(", (SELECT report FROM reports WHERE reports.sequence = files.sequence)") +
    one_file;

// Whatever its scope and expiry are.
inline constexpr auto find_by_blob = file_columns + Sql(" FROM files WHERE blob = $1");

// A page: $3 purpose, $4 the id to start behind, $5 now in seconds, $6 how many.
inline constexpr Sql alive(" AND (expires_at IS NULL OR expires_at > $5)");
inline constexpr auto upward = Sql(" AND id > $4") + alive + Sql(" ORDER BY id ASC LIMIT $6");
inline constexpr auto downward = Sql(" AND id < $4") + alive + Sql(" ORDER BY id DESC LIMIT $6");

inline constexpr auto of_organization =
    Sql("SELECT id, purpose, filename, bytes, created_at, expires_at, status, status_details"
        " FROM files WHERE organization_id = $1");
inline constexpr auto of_organization_with_purpose = of_organization + Sql(" AND purpose = $3");
inline constexpr auto of_project = of_organization + Sql(" AND project_id = $2");
inline constexpr auto of_project_with_purpose = of_project + Sql(" AND purpose = $3");

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
    "SELECT used_bytes, file_count FROM organizations WHERE id = $1");
inline constexpr Sql project_usage("SELECT used_bytes, file_count FROM projects WHERE id = $1");
inline constexpr Sql total_usage(
    "SELECT coalesce(sum(used_bytes), 0)::bigint, coalesce(sum(file_count), 0)::bigint"
    " FROM organizations");

// --- Files that wait -----------------------------------------------------------------------------

// $1 the organisation behind which to begin, or where to end; $2 now. Few are ever claimed.
inline constexpr Sql waiting_behind(
    "SELECT sequence FROM waiting WHERE organization_id > $1 AND claimed_until_ms <= $2"
    " ORDER BY organization_id, sequence LIMIT 1");
inline constexpr Sql waiting_up_to(
    "SELECT sequence FROM waiting WHERE organization_id <= $1 AND claimed_until_ms <= $2"
    " ORDER BY organization_id, sequence LIMIT 1");

// $2 now, $3 until when. No row: somebody else was faster.
inline constexpr Sql claim_waiting(
    "UPDATE waiting SET tries = tries + 1, claimed_until_ms = $3"
    " WHERE sequence = $1 AND claimed_until_ms <= $2 RETURNING tries");

// No row: it is gone, or somebody settled it.
inline constexpr Sql settle_file(
    "UPDATE files SET status = $3, status_details = $4"
    " WHERE sequence = $1 AND id = $2"
    " AND EXISTS (SELECT 1 FROM waiting WHERE waiting.sequence = $1) RETURNING sequence");
inline constexpr Sql replace_report(
    "INSERT INTO reports (sequence, report) VALUES ($1, $2)"
    " ON CONFLICT (sequence) DO UPDATE SET report = excluded.report");
inline constexpr Sql delete_waiting("DELETE FROM waiting WHERE sequence = $1");

// $2 the try that is given back: doing it again does nothing.
inline constexpr Sql return_waiting(
    "UPDATE waiting SET tries = tries - 1, claimed_until_ms = $3"
    " WHERE sequence = $1 AND tries = $2");

inline constexpr Sql release_waiting(
    "UPDATE waiting SET claimed_until_ms = 0 WHERE claimed_until_ms <> 0");

inline constexpr Sql count_waiting("SELECT count(*) FROM waiting");

// --- Housekeeping --------------------------------------------------------------------------------

// The content of a deleted file: its blob, or those of its parts.
inline constexpr Sql insert_garbage(
    "INSERT INTO garbage (blob) SELECT blob FROM parts WHERE content = $1"
    " UNION ALL SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM parts WHERE content = $1)");
inline constexpr Sql delete_content_parts("DELETE FROM parts WHERE content = $1");

inline constexpr Sql garbage(
    "SELECT sequence, blob FROM garbage WHERE sequence > $1 ORDER BY sequence LIMIT $2");
inline constexpr Sql forget_garbage("DELETE FROM garbage WHERE sequence = $1 AND blob = $2");

inline constexpr auto stored_file =
    file_columns + Sql(", checksums FROM files WHERE sequence = $1");

// $1 the number behind which to begin, $2 how many at most.
inline constexpr auto stored_files =
    file_columns + Sql(", checksums, sequence FROM files WHERE sequence > $1"
                       " ORDER BY sequence LIMIT $2");

inline constexpr Sql scrub_state("SELECT began_ms, last_sequence FROM scrub");
inline constexpr Sql set_scrub_state("UPDATE scrub SET began_ms = $1, last_sequence = $2");

inline constexpr Sql is_known(
    "SELECT EXISTS (SELECT 1 FROM files WHERE blob = $1)"
    " OR EXISTS (SELECT 1 FROM parts WHERE blob = $1)"
    " OR EXISTS (SELECT 1 FROM garbage WHERE blob = $1)");

inline constexpr Sql check("SELECT count(*) FROM (SELECT 1 FROM organizations LIMIT 1) AS first");

}  // namespace argot::catalog::postgres::queries
