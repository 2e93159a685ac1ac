// Organisations, projects, keys and limits as rows on PostgreSQL. Functions that take a transaction
// commit it when they succeed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit_overrides.h"
#include "base/result.h"
#include "catalog/postgres_connection.h"
#include "catalog/postgres_transaction.h"
#include "catalog/records.h"
#include "catalog/row_values.h"

namespace argot::catalog::postgres {

void queue_audit(PostgresTransaction& transaction, const AuditEntry& entry);

// Whether the transaction is done again after one whose outcome is unknown.
enum class Repetition { no, after_unknown_outcome };

// These three insert under an id of their own. Repeated, they wait for the transaction before, and
// then the id that is there already is their own.
Result<> add_organization(PostgresTransaction& transaction, const Project& project,
                          std::string_view name, WallTime now, Repetition repetition);
// The id of the oldest organisation; `project`'s, which is added like above where there is none.
Result<std::string> find_or_add_organization(PostgresTransaction& transaction,
                                             const Project& project, std::string_view name,
                                             WallTime now, Repetition repetition);
// Error: invalid_request (no such organisation).
Result<> add_project(PostgresTransaction& transaction, const Project& project, WallTime now,
                     Repetition repetition);
// Error: invalid_request (no such organisation or project).
Result<> add_key(PostgresTransaction& transaction, const Key& key, Repetition repetition);

Result<std::vector<Project>> select_projects(PostgresConnection& connection,
                                             std::string_view organization_id);
Result<std::vector<std::string>> select_organizations(PostgresConnection& connection);
Result<std::optional<Key>> select_key(PostgresConnection& connection, std::string_view public_id);
Result<std::vector<Key>> select_keys(PostgresConnection& connection);
Result<> revoke_key(PostgresTransaction& transaction, std::string_view public_id, WallTime now);

// One statement, so that both levels are of one moment. Nothing where there is no such tenant.
Result<LimitOverrides> select_limits(PostgresConnection& connection, const Scope& scope);
// Error: invalid_request (no such organisation or project).
Result<> change_limits(PostgresTransaction& transaction, const Scope& owner,
                       const std::vector<LimitChange>& changes, WallTime now);

}  // namespace argot::catalog::postgres
