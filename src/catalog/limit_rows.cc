#include "catalog/limit_rows.h"

#include <string>
#include <utility>

#include "catalog/queries.h"
#include "catalog/tenant_rows.h"

namespace argot::catalog {
namespace {

// Asked for by itself, because a change that only drops limits would meet no foreign key.
Result<> check_owner(Connection& connection, const Scope& owner) {
  Result<bool> exists =
      owner.project_id
          ? connection.use(queries::project_exists)
                .bind(owner.organization_id)
                .bind(owner.project_id)
                .step()
          : connection.use(queries::organization_exists).bind(owner.organization_id).step();
  if (!exists) return std::unexpected(std::move(exists).error());
  if (!*exists)
    return fail(ErrorCode::invalid_request, "There is no such organization or project.");
  return {};
}

Result<> apply(Connection& connection, const Scope& owner, const LimitChange& change) {
  if (!change.limit) {
    return connection.use(queries::drop_limit)
        .bind(owner.organization_id)
        .bind(owner.project_id)
        .bind(change.name)
        .run();
  }
  return connection.use(queries::put_limit)
      .bind(owner.organization_id)
      .bind(owner.project_id)
      .bind(change.name)
      .bind(to_signed(change.limit->largest))
      .run();
}

}  // namespace

Result<LimitOverrides> select_limits(Connection& connection, const Scope& scope) {
  Statement statement = connection.use(queries::limits);
  statement.bind(scope.organization_id).bind(scope.project_id);
  LimitOverrides overrides;
  for (;;) {
    TRY(const bool has_row, statement.step());
    if (!has_row) return overrides;
    Limit limit;
    if (!statement.is_null(2)) limit.largest = static_cast<std::uint64_t>(statement.integer(2));
    Limits& limits = statement.is_null(0) ? overrides.organization : overrides.project;
    limits.emplace(statement.text(1), limit);
  }
}

Result<> change_limits(Connection& connection, const Scope& owner,
                       const std::vector<LimitChange>& changes, WallTime now) {
  TRY_DO(check_owner(connection, owner));
  for (const LimitChange& change : changes) TRY_DO(apply(connection, owner, change));
  const std::string& subject = owner.project_id ? *owner.project_id : owner.organization_id;
  const std::string details = details_of(changes);
  return insert_audit(connection, {now, "limits.set", owner.organization_id, subject, details});
}

}  // namespace argot::catalog
