// What the commands of `argot admin` do to a catalogue, whoever opened it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/limit_overrides.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "policy/judge.h"

namespace argot::cli {

// "file_bytes=1GB", "organization_bytes=none", "project_bytes=default". `owner` is whose limits
// they are to be. Error: invalid_request, with one line for whoever typed it.
Result<std::vector<LimitChange>> parse_limit_changes(const std::vector<std::string>& texts,
                                                     const catalog::Scope& owner);

// The limits of one organisation, or of one project, on every level.
struct ShownLimits {
  catalog::Scope scope;
  policy::Policy settings;
  LimitOverrides own;
};

// For people; for programs, one JSON object {"object":"limits","limits":[...]}.
std::string limits_table(const ShownLimits& shown);
std::string limits_json(const ShownLimits& shown);

struct TenantUsage {
  catalog::Scope scope;      // without a project: of the organisation
  std::string project_name;  // empty for an organisation
  catalog::Usage usage;
  std::optional<std::uint64_t> bytes_max;  // nothing: no limit
};

// Each organisation and, after it, its projects; nothing named: all organisations.
Result<std::vector<TenantUsage>> read_usage(catalog::Catalog& catalog,
                                            const policy::Policy& settings,
                                            const std::optional<std::string>& organization_id);

// For people; for programs, one JSON object {"object":"list","data":[...]}.
std::string usage_table(const std::vector<TenantUsage>& rows);
std::string usage_json(const std::vector<TenantUsage>& rows);

}  // namespace argot::cli
