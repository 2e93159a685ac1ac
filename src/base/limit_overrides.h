// Limits that an organisation or a project has instead of those of the settings, as values that the
// catalogue keeps and policy understands.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace argot {

// What a limit was set to: a number, or nothing, which is no limit at all.
struct Limit {
  std::optional<std::uint64_t> largest;

  friend bool operator==(const Limit&, const Limit&) = default;
};

// By name, such as "file_bytes". A name that is not there is left to the settings.
using Limits = std::map<std::string, Limit, std::less<>>;

// What one organisation and one of its projects have.
struct LimitOverrides {
  Limits organization;
  Limits project;  // empty where no project was named

  friend bool operator==(const LimitOverrides&, const LimitOverrides&) = default;
};

struct LimitChange {
  std::string name;
  std::optional<Limit> limit;  // nothing: left to the settings again
};

}  // namespace argot
