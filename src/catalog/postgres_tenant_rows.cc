#include "catalog/postgres_tenant_rows.h"

#include <utility>

#include "catalog/postgres_queries.h"

namespace argot::catalog::postgres {
namespace {

constexpr const char* no_such_tenant = "There is no such organization or project.";

void queue_project(PostgresTransaction& transaction, const Project& project, WallTime now) {
  transaction.queue(queries::insert_project, PostgresValues()
                                                 .id(project.id)
                                                 .id(project.organization_id)
                                                 .bytes(project.name)
                                                 .number(milliseconds(now)));
  queue_audit(transaction, {now, "project.create", project.organization_id, project.id, {}});
}

// A foreign key that points nowhere is the caller's mistake; an id that is taken is our own where
// the transaction before was committed after all.
Result<> commit_insertion(PostgresTransaction& transaction, Repetition repetition,
                          const std::string& unknown_tenant) {
  const Result<std::vector<PostgresRows>> committed = transaction.commit();
  if (committed) return {};
  const PostgresTrouble trouble = transaction.trouble();
  if (trouble == PostgresTrouble::duplicate && repetition == Repetition::after_unknown_outcome) {
    return {};
  }
  if (trouble != PostgresTrouble::unknown_tenant) return fail(committed.error());
  return fail(ErrorCode::invalid_request, unknown_tenant);
}

}  // namespace

void queue_audit(PostgresTransaction& transaction, const AuditEntry& entry) {
  transaction.queue(queries::insert_audit, PostgresValues()
                                               .number(milliseconds(entry.at))
                                               .id(entry.action)
                                               .id(entry.organization_id)
                                               .bytes(entry.subject)
                                               .bytes(entry.details));
}

Result<> add_organization(PostgresTransaction& transaction, const Project& project,
                          std::string_view name, WallTime now, Repetition repetition) {
  const std::string& id = project.organization_id;
  transaction.queue(queries::insert_organization,
                    PostgresValues().id(id).bytes(name).number(milliseconds(now)));
  queue_audit(transaction, {now, "organization.create", id, id, {}});
  queue_project(transaction, project, now);
  return commit_insertion(transaction, repetition, no_such_tenant);
}

Result<std::string> find_or_add_organization(PostgresTransaction& transaction,
                                             const Project& project, std::string_view name,
                                             WallTime now, Repetition repetition) {
  transaction.queue(queries::lock_catalogue);
  TRY_DO(transaction.ask());
  // Asked for behind the lock, this sees whom the process before has added.
  transaction.queue(queries::organizations);
  TRY(const std::vector<PostgresRows> known, transaction.ask());
  if (!known[0].is_empty()) return std::string(known[0][0].text(0));
  TRY_DO(add_organization(transaction, project, name, now, repetition));
  return project.organization_id;
}

Result<> add_project(PostgresTransaction& transaction, const Project& project, WallTime now,
                     Repetition repetition) {
  queue_project(transaction, project, now);
  return commit_insertion(transaction, repetition,
                          "There is no organization '" + project.organization_id + "'.");
}

Result<> add_key(PostgresTransaction& transaction, const Key& key, Repetition repetition) {
  transaction.queue(queries::insert_key, PostgresValues()
                                             .bytes(key.public_id)
                                             .bytes(Bytes(key.secret_sha256.bytes))
                                             .id(key.scope.organization_id)
                                             .optional_id(key.scope.project_id)
                                             .bytes(key.name)
                                             .number(static_cast<std::int64_t>(key.permissions))
                                             .number(milliseconds(key.created_at))
                                             .number(milliseconds(key.expires_at))
                                             .number(milliseconds(key.revoked_at)));
  queue_audit(transaction,
              {key.created_at, "key.create", key.scope.organization_id, key.public_id, {}});
  return commit_insertion(transaction, repetition, no_such_tenant);
}

Result<std::vector<Project>> select_projects(PostgresConnection& connection,
                                             std::string_view organization_id) {
  TRY(const PostgresRows rows,
      connection.run(queries::projects, PostgresValues().id(organization_id)));
  std::vector<Project> found;
  found.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    found.push_back(Project{.id = std::string(rows[row].text(0)),
                            .organization_id = std::string(rows[row].text(1)),
                            .name = std::string(rows[row].text(2))});
  }
  return found;
}

Result<std::vector<std::string>> select_organizations(PostgresConnection& connection) {
  TRY(const PostgresRows rows, connection.run(queries::organizations));
  std::vector<std::string> ids;
  ids.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) ids.emplace_back(rows[row].text(0));
  return ids;
}

Result<std::optional<Key>> select_key(PostgresConnection& connection, std::string_view public_id) {
  TRY(const PostgresRows rows,
      connection.run(queries::find_key, PostgresValues().bytes(public_id)));
  if (rows.is_empty()) return std::nullopt;
  TRY(Key key, read_key(rows[0]));
  return std::optional<Key>(std::move(key));
}

Result<std::vector<Key>> select_keys(PostgresConnection& connection) {
  TRY(const PostgresRows rows, connection.run(queries::keys));
  std::vector<Key> keys;
  for (int row = 0; row < rows.size(); ++row) {
    TRY(Key key, read_key(rows[row]));
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<> revoke_key(PostgresTransaction& transaction, std::string_view public_id, WallTime now) {
  transaction.queue(queries::revoke_key,
                    PostgresValues().bytes(public_id).number(milliseconds(now)));
  transaction.queue(queries::find_key, PostgresValues().bytes(public_id));
  TRY(const std::vector<PostgresRows> answers, transaction.ask());
  if (answers[1].is_empty()) return fail(ErrorCode::key_not_found, std::string(public_id));
  if (!answers[0].is_empty()) {
    queue_audit(transaction, {now, "key.revoke", answers[0][0].text(0), public_id, {}});
  }
  TRY_DO(transaction.commit());
  return {};
}

Result<LimitOverrides> select_limits(PostgresConnection& connection, const Scope& scope) {
  TRY(const PostgresRows rows,
      connection.run(queries::limits,
                     PostgresValues().id(scope.organization_id).optional_id(scope.project_id)));
  LimitOverrides overrides;
  for (int index = 0; index < rows.size(); ++index) {
    const PostgresRow row = rows[index];
    Limit limit;
    if (!row.is_null(2)) limit.largest = static_cast<std::uint64_t>(row.integer(2));
    Limits& level = row.is_null(0) ? overrides.organization : overrides.project;
    level.emplace(row.text(1), limit);
  }
  return overrides;
}

Result<> change_limits(PostgresTransaction& transaction, const Scope& owner,
                       const std::vector<LimitChange>& changes, WallTime now) {
  const PostgresValues scope =
      PostgresValues().id(owner.organization_id).optional_id(owner.project_id);
  transaction.queue(queries::owner_exists, scope);
  TRY(const std::vector<PostgresRows> exists, transaction.ask());
  if (exists[0][0].integer(0) == 0) return fail(ErrorCode::invalid_request, no_such_tenant);
  for (const LimitChange& change : changes) {
    PostgresValues values = scope;
    values.bytes(change.name);
    if (change.limit) {
      transaction.queue(queries::put_limit, values.number(to_signed(change.limit->largest)));
    } else {
      transaction.queue(queries::drop_limit, values);
    }
  }
  const std::string& subject = owner.project_id ? *owner.project_id : owner.organization_id;
  queue_audit(transaction,
              {now, "limits.set", owner.organization_id, subject, details_of(changes)});
  TRY_DO(transaction.commit());
  return {};
}

}  // namespace argot::catalog::postgres
