// Keys and projects as the catalogue has them, without asking it anew for every request.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"

namespace argot::api {

// What it holds counts only while nothing in the catalogue has changed, whoever would have changed
// it: never behind. Where the catalogue cannot tell, and would have to be waited for at each
// request, it counts for half a second, so that what somebody changes elsewhere is seen within one.
// Thread-safe. The references must outlive it. Errors of every call: the catalogue's.
class TenantCache {
 public:
  TenantCache(catalog::Catalog& catalog, const Clock& clock) : catalog_(catalog), clock_(clock) {}

  Result<std::optional<catalog::Key>> key(const std::string& public_id);

  // The id of the oldest project; nothing if there is none.
  Result<std::optional<std::string>> first_project(const std::string& organization_id);
  Result<bool> has_project(const std::string& organization_id, std::string_view project_id);

 private:
  template <typename Value>
  using Map = std::unordered_map<std::string, Value>;

  // What ask(const Value*) says of the value with that id, or of a null pointer if there is none:
  // the one in the map, if that still counts, or else what look_up() returns, which is then kept.
  template <typename Value, typename LookUp, typename Ask>
  auto asked(Map<Value>& map, const std::string& id, const LookUp& look_up, const Ask& ask);

  // Another one once what was read before must not count any more.
  std::optional<catalog::Revision> current_revision() const;

  Result<std::optional<std::vector<catalog::Project>>> look_up_projects(
      const std::string& organization_id);

  catalog::Catalog& catalog_;
  const Clock& clock_;
  std::mutex mutex_;
  std::optional<catalog::Revision> revision_;  // when all below was true
  Map<catalog::Key> keys_;
  Map<std::vector<catalog::Project>> projects_;
};

}  // namespace argot::api
