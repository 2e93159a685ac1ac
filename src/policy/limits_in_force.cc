#include "policy/limits_in_force.h"

#include <algorithm>
#include <array>
#include <limits>

namespace argot::policy {
namespace {

// No file is as large, and no sum of files.
constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

template <auto field>
constexpr LimitKind file_limit(std::string_view name, std::string_view meaning,
                               LimitUnit unit = LimitUnit::bytes) {
  return {.name = name,
          .meaning = meaning,
          .unit = unit,
          .may_be_of_project = true,
          .get = [](const Policy& policy) -> std::optional<std::uint64_t> {
            return policy.*field == endless ? std::nullopt : std::optional(policy.*field);
          },
          .set = [](Policy& policy,
                    const Limit& limit) { policy.*field = limit.largest.value_or(endless); }};
}

template <auto field>
constexpr LimitKind quota(std::string_view name, std::string_view meaning, bool may_be_of_project) {
  return {.name = name,
          .meaning = meaning,
          .may_be_of_project = may_be_of_project,
          .get = [](const Policy& policy) { return policy.*field; },
          .set = [](Policy& policy, const Limit& limit) { policy.*field = limit.largest; }};
}

constexpr auto kinds = std::to_array<LimitKind>({
    file_limit<&Policy::file_bytes_max>("file_bytes", "one file"),
    file_limit<&Policy::upload_bytes_max>("upload_bytes", "one file that comes in parts"),
    file_limit<&Policy::batch_file_bytes_max>("batch_file_bytes", "one file of purpose batch"),
    file_limit<&Policy::assistants_tokens_max>(
        "assistants_tokens", "tokens of one file of purpose assistants", LimitUnit::tokens),
    quota<&Policy::organization_bytes_max>("organization_bytes", "all files of the organization",
                                           false),
    quota<&Policy::project_bytes_max>("project_bytes", "all files of one project", true),
});

}  // namespace

std::span<const LimitKind> limit_kinds() { return kinds; }

const LimitKind* find_limit_kind(std::string_view name) {
  const auto* const found = std::ranges::find(kinds, name, &LimitKind::name);
  return found == kinds.end() ? nullptr : found;
}

Policy limits_in_force(const Policy& settings, const LimitOverrides& overrides) {
  Policy policy = settings;
  for (const LimitKind& kind : kinds) {
    const auto of_organization = overrides.organization.find(kind.name);
    if (of_organization != overrides.organization.end()) kind.set(policy, of_organization->second);
    if (!kind.may_be_of_project) continue;
    const auto of_project = overrides.project.find(kind.name);
    if (of_project != overrides.project.end()) kind.set(policy, of_project->second);
  }
  return policy;
}

}  // namespace argot::policy
