#include "catalog/tenant_rows.h"

#include <utility>

#include "catalog/queries.h"

namespace argot::catalog {
namespace {

// A foreign key that points nowhere is the caller's mistake; all else is ours.
Result<> explain(Connection& connection, Result<> inserted, const std::string& what) {
  if (inserted || connection.trouble() != Trouble::unknown_tenant) return inserted;
  return fail(ErrorCode::invalid_request, what);
}

}  // namespace

Result<> insert_audit(Connection& connection, const AuditEntry& entry) {
  return connection.use(queries::insert_audit)
      .bind(milliseconds(entry.at))
      .bind(entry.action)
      .bind(entry.organization_id)
      .bind(entry.subject)
      .bind(entry.details)
      .run();
}

Result<> insert_organization(Connection& connection, const std::string& id, const std::string& name,
                             WallTime now) {
  TRY_DO(connection.use(queries::insert_organization)
             .bind(id)
             .bind(name)
             .bind(milliseconds(now))
             .run());
  return insert_audit(connection, {now, "organization.create", id, id});
}

Result<> insert_project(Connection& connection, const Project& project, WallTime now) {
  TRY_DO(explain(connection,
                 connection.use(queries::insert_project)
                     .bind(project.id)
                     .bind(project.organization_id)
                     .bind(project.name)
                     .bind(milliseconds(now))
                     .run(),
                 "There is no organization '" + project.organization_id + "'."));
  return insert_audit(connection, {now, "project.create", project.organization_id, project.id});
}

Result<std::vector<Project>> select_projects(Connection& connection,
                                             std::string_view organization_id) {
  Statement statement = connection.use(queries::projects);
  statement.bind(organization_id);
  std::vector<Project> projects;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return projects;
    projects.push_back(Project{.id = std::string(statement.text(0)),
                               .organization_id = std::string(statement.text(1)),
                               .name = std::string(statement.text(2))});
  }
}

Result<std::vector<std::string>> select_organizations(Connection& connection) {
  Statement statement = connection.use(queries::organizations);
  std::vector<std::string> ids;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return ids;
    ids.emplace_back(statement.text(0));
  }
}

Result<> insert_key(Connection& connection, const Key& key) {
  TRY_DO(explain(connection,
                 connection.use(queries::insert_key)
                     .bind(key.public_id)
                     .bind(Bytes(key.secret_sha256.bytes))
                     .bind(key.scope.organization_id)
                     .bind(key.scope.project_id)
                     .bind(key.name)
                     .bind(static_cast<std::int64_t>(key.permissions))
                     .bind(milliseconds(key.created_at))
                     .bind(milliseconds(key.expires_at))
                     .bind(milliseconds(key.revoked_at))
                     .run(),
                 "There is no such organization or project."));
  return insert_audit(connection,
                      {key.created_at, "key.create", key.scope.organization_id, key.public_id});
}

Result<std::optional<Key>> select_key(Connection& connection, std::string_view public_id) {
  Statement statement = connection.use(queries::find_key);
  statement.bind(public_id);
  TRY(const bool has_row, statement.step());
  if (!has_row) return std::nullopt;
  TRY(Key key, read_key(statement));
  return std::optional<Key>(std::move(key));
}

Result<std::vector<Key>> select_keys(Connection& connection) {
  Statement statement = connection.use(queries::keys);
  std::vector<Key> keys;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return keys;
    TRY(Key key, read_key(statement));
    keys.push_back(std::move(key));
  }
}

Result<> update_key_revoked(Connection& connection, std::string_view public_id, WallTime now) {
  std::string organization_id;
  {
    Statement statement = connection.use(queries::revoke_key);
    TRY(const bool has_row, statement.bind(public_id).bind(milliseconds(now)).step());
    if (has_row) organization_id = statement.text(0);
  }
  if (!organization_id.empty()) {
    return insert_audit(connection, {now, "key.revoke", organization_id, public_id});
  }
  // Revoked already, or not there at all.
  TRY(const std::optional<Key> key, select_key(connection, public_id));
  if (!key) return fail(ErrorCode::key_not_found, std::string(public_id));
  return {};
}

}  // namespace argot::catalog
