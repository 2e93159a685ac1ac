// Limits of organisations and projects as rows. Each function works on a connection that its caller
// holds; those that change something are parts of the caller's transaction.
#pragma once

#include <vector>

#include "base/limit_overrides.h"
#include "base/result.h"
#include "catalog/records.h"
#include "catalog/sqlite.h"

namespace argot::catalog {

// One statement, so that both levels are of one moment. Nothing where there is no such tenant.
Result<LimitOverrides> select_limits(Connection& connection, const Scope& scope);

// Error: invalid_request (no such organisation or project).
Result<> change_limits(Connection& connection, const Scope& owner,
                       const std::vector<LimitChange>& changes, WallTime now);

}  // namespace argot::catalog
