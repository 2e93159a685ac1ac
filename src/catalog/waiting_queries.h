// The SQL statements about files that wait for somebody to read them.
#pragma once

#include "catalog/queries.h"

namespace argot::catalog::queries {

// Directly after the insertion of its file, or of that file's report.
inline constexpr Sql insert_waiting(
    "INSERT INTO waiting (sequence, organization_id) VALUES (last_insert_rowid(), ?1)");

// ?1 the organisation behind which to begin, or where to end; ?2 now. Few are ever claimed.
inline constexpr Sql waiting_behind(
    "SELECT sequence FROM waiting INDEXED BY waiting_by_organization"
    " WHERE organization_id > ?1 AND claimed_until_ms <= ?2"
    " ORDER BY organization_id, sequence LIMIT 1");
inline constexpr Sql waiting_up_to(
    "SELECT sequence FROM waiting INDEXED BY waiting_by_organization"
    " WHERE organization_id <= ?1 AND claimed_until_ms <= ?2"
    " ORDER BY organization_id, sequence LIMIT 1");

inline constexpr Sql claim_waiting(
    "UPDATE waiting SET tries = tries + 1, claimed_until_ms = ?2 WHERE sequence = ?1"
    " RETURNING tries");

// With the id as well, because a number is used again: here and below. No row: it is gone, or
// somebody settled it.
inline constexpr Sql settle_file(
    "UPDATE files SET status = ?3, status_details = ?4"
    " WHERE sequence = ?1 AND id = ?2"
    " AND EXISTS (SELECT 1 FROM waiting WHERE waiting.sequence = ?1) RETURNING sequence");
inline constexpr Sql replace_report(
    "INSERT OR REPLACE INTO reports (sequence, report) VALUES (?1, ?2)");
inline constexpr Sql delete_waiting("DELETE FROM waiting WHERE sequence = ?1");

// ?3 its tries: with more of them somebody else has it by now.
inline constexpr Sql return_waiting(
    "UPDATE waiting SET tries = tries - 1, claimed_until_ms = ?4 WHERE sequence = ?1 AND tries = ?3"
    " AND EXISTS (SELECT 1 FROM files WHERE files.sequence = ?1 AND files.id = ?2)");

inline constexpr Sql release_waiting(
    "UPDATE waiting SET claimed_until_ms = 0 WHERE claimed_until_ms <> 0");

inline constexpr Sql count_waiting("SELECT count(*) FROM waiting");

}  // namespace argot::catalog::queries
