// Organisations, projects and keys as rows. Each function works on a connection that its caller
// holds; those that change something are parts of the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/records.h"
#include "catalog/row_values.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

Result<> insert_audit(Connection& connection, const AuditEntry& entry);

Result<> insert_organization(Connection& connection, const std::string& id, const std::string& name,
                             WallTime now);
// Error: invalid_request (no such organisation).
Result<> insert_project(Connection& connection, const Project& project, WallTime now);
Result<std::vector<Project>> select_projects(Connection& connection,
                                             std::string_view organization_id);
Result<std::vector<std::string>> select_organizations(Connection& connection);

// Error: invalid_request (no such organisation or project).
Result<> insert_key(Connection& connection, const Key& key);
Result<std::optional<Key>> select_key(Connection& connection, std::string_view public_id);
Result<std::vector<Key>> select_keys(Connection& connection);
Result<> update_key_revoked(Connection& connection, std::string_view public_id, WallTime now);

}  // namespace argot::catalog
