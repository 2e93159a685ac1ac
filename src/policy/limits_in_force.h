// Which limits hold for a project: its own, else its organisation's, else those of the settings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/limit_overrides.h"
#include "policy/judge.h"

namespace argot::policy {

enum class LimitUnit : bool { bytes, tokens };

// A limit that an organisation or a project can have of its own.
struct LimitKind {
  std::string_view name;     // its key among the settings without "limits."
  std::string_view meaning;  // for people
  LimitUnit unit = LimitUnit::bytes;
  bool may_be_of_project;
  // In a policy; nothing: no limit.
  std::optional<std::uint64_t> (*get)(const Policy& policy);
  void (*set)(Policy& policy, const Limit& limit);
};

std::span<const LimitKind> limit_kinds();

// Null if there is none.
const LimitKind* find_limit_kind(std::string_view name);

// `settings` with what the tenants have instead. Names that are in no table, and an organisation's
// affairs among the limits of a project, are passed over: a newer program may have put them there.
Policy limits_in_force(const Policy& settings, const LimitOverrides& overrides);

}  // namespace argot::policy
