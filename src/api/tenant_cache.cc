#include "api/tenant_cache.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace argot::api {
namespace {

// Of each kind; beyond it all begin anew.
constexpr std::size_t entries_max = 4'096;

// Of a catalogue that does not tell its changes.
constexpr std::chrono::milliseconds age_max{500};

}  // namespace

template <typename Value, typename LookUp, typename Ask>
auto TenantCache::asked(Map<Value>& map, const std::string& id, const LookUp& look_up,
                        const Ask& ask) {
  using Answer = Result<decltype(ask(static_cast<const Value*>(nullptr)))>;
  // Before anything is looked up: a change in between is then seen next time.
  const std::optional<catalog::Revision> revision = current_revision();
  if (revision) {
    const std::scoped_lock lock(mutex_);
    if (revision_ == revision) {
      const auto known = map.find(id);
      if (known != map.end()) return Answer(ask(&known->second));
    }
  }
  Result<std::optional<Value>> found = look_up();
  if (!found) return Answer(std::unexpected(std::move(found).error()));
  if (!*found) return Answer(ask(nullptr));
  Answer answer = ask(&**found);
  if (!revision) return answer;
  const std::scoped_lock lock(mutex_);
  if (revision_ != revision) {
    keys_.clear();
    projects_.clear();
    revision_ = revision;
  }
  if (map.size() >= entries_max) map.clear();
  map.insert_or_assign(id, **std::move(found));
  return answer;
}

std::optional<catalog::Revision> TenantCache::current_revision() const {
  std::optional<catalog::Revision> told = catalog_.revision();
  if (told || !catalog_.reads_wait()) return told;
  // The number of a span of time: what was read in one is forgotten with it.
  told.emplace();
  told->words[0] = static_cast<std::uint32_t>(clock_.steady().time_since_epoch() / age_max);
  return told;
}

Result<std::optional<catalog::Key>> TenantCache::key(const std::string& public_id) {
  return asked(
      keys_, public_id, [&] { return catalog_.find_key(public_id); },
      [](const catalog::Key* key) { return key == nullptr ? std::nullopt : std::optional(*key); });
}

Result<std::optional<std::string>> TenantCache::first_project(const std::string& organization_id) {
  return asked(
      projects_, organization_id, [&] { return look_up_projects(organization_id); },
      [](const std::vector<catalog::Project>* projects) {
        const bool is_none = projects == nullptr || projects->empty();
        return is_none ? std::nullopt : std::optional(projects->front().id);
      });
}

Result<bool> TenantCache::has_project(const std::string& organization_id,
                                      std::string_view project_id) {
  return asked(
      projects_, organization_id, [&] { return look_up_projects(organization_id); },
      [&](const std::vector<catalog::Project>* projects) {
        return projects != nullptr &&
               std::ranges::find(*projects, project_id, &catalog::Project::id) != projects->end();
      });
}

Result<std::optional<std::vector<catalog::Project>>> TenantCache::look_up_projects(
    const std::string& organization_id) {
  TRY(std::vector<catalog::Project> projects, catalog_.projects(organization_id));
  return std::optional(std::move(projects));
}

}  // namespace argot::api
