#include "catalog/memory_catalog.h"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "base/text.h"
#include "catalog/fingerprint.h"

namespace argot::catalog {
namespace {

bool is_alive(const File& file, WallTime now) {
  return !file.expires_at || *file.expires_at > unix_seconds(now);
}

bool fits(const Usage& usage, std::uint64_t bytes, const std::optional<std::uint64_t>& bytes_max) {
  return !bytes_max || (bytes <= *bytes_max && usage.bytes <= *bytes_max - bytes);
}

bool matches(const File& file, const FileQuery& query) {
  return (!query.scope.project_id || file.scope.project_id == query.scope.project_id) &&
         (!query.purpose || file.purpose == *query.purpose) && is_alive(file, query.now);
}

// Adds files of [begin, end) until the page is full and one more is seen.
template <typename Iterator>
FilePage collect(const Iterator& begin, const Iterator& end, const FileQuery& query) {
  FilePage page;
  for (Iterator position = begin; position != end; ++position) {
    const File& file = position->second.file;
    if (!matches(file, query)) continue;
    if (page.files.size() == query.limit) {
      page.has_more = true;
      break;
    }
    page.files.push_back(ListedFile::of(file));
  }
  return page;
}

constexpr std::string_view no_such_tenant = "There is no such organization or project.";

}  // namespace

MemoryCatalog::Organization* MemoryCatalog::organization(std::string_view id) {
  const auto found = std::ranges::find(organizations_, id, &Organization::id);
  return found == organizations_.end() ? nullptr : &*found;
}

MemoryCatalog::ProjectState* MemoryCatalog::project(std::string_view organization_id,
                                                    std::string_view id) {
  const auto found = std::ranges::find_if(projects_, [&](const ProjectState& state) {
    return state.project.id == id && state.project.organization_id == organization_id;
  });
  return found == projects_.end() ? nullptr : &*found;
}

const MemoryCatalog::Row* MemoryCatalog::find(const Scope& scope, std::string_view id,
                                              WallTime now) {
  Organization* const owner = organization(scope.organization_id);
  if (owner == nullptr) return nullptr;
  const auto found = owner->files.find(id);
  if (found == owner->files.end()) return nullptr;
  const File& file = found->second.file;
  if (scope.project_id && file.scope.project_id != scope.project_id) return nullptr;
  return is_alive(file, now) ? &found->second : nullptr;
}

Project MemoryCatalog::add_project(std::string organization_id, std::string name) {
  Project project{.id = mint_random_id("proj_", random_),
                  .organization_id = std::move(organization_id),
                  .name = std::move(name)};
  projects_.push_back(ProjectState{.project = project});
  return project;
}

void MemoryCatalog::remove(Organization& owner, Files::iterator position) {
  const File& file = position->second.file;
  ASSERT(file.scope.project_id.has_value());
  ProjectState* const state = project(owner.id, *file.scope.project_id);
  ASSERT(state != nullptr && state->usage.files > 0 && owner.usage.files > 0);
  for (Usage* usage : {&owner.usage, &state->usage}) {
    usage->bytes -= file.bytes;
    --usage->files;
  }
  if (const auto parts = contents_.find(file.blob); parts != contents_.end()) {
    blobs_.erase(file.blob);
    for (const ContentPart& part : parts->second) discard(part.blob);
    contents_.erase(parts);
  } else {
    discard(file.blob);
  }
  owner.files.erase(position);
}

void MemoryCatalog::discard(const BlobId& blob) {
  blobs_.erase(blob);
  garbage_.push_back(Garbage{.sequence = ++last_garbage_, .blob = blob});
}

// The name of an organisation is for people who look into the database; nothing reads it back.
Result<Project> MemoryCatalog::create_organization(std::string) {
  const std::scoped_lock lock(mutex_);
  const std::string id = mint_random_id("org-", random_);
  organizations_.push_back(Organization{.id = id});
  return add_project(id, "default");
}

Result<Project> MemoryCatalog::create_project(std::string organization_id, std::string name) {
  const std::scoped_lock lock(mutex_);
  if (organization(organization_id) == nullptr) {
    return fail(ErrorCode::invalid_request, "There is no organization '" + organization_id + "'.");
  }
  return add_project(std::move(organization_id), std::move(name));
}

Result<std::vector<Project>> MemoryCatalog::projects(std::string_view organization_id) {
  const std::scoped_lock lock(mutex_);
  std::vector<Project> found;
  for (const ProjectState& state : projects_) {
    if (state.project.organization_id == organization_id) found.push_back(state.project);
  }
  return found;
}

Result<std::vector<std::string>> MemoryCatalog::organizations() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> ids;
  ids.reserve(organizations_.size());
  for (const Organization& each : organizations_) ids.push_back(each.id);
  return ids;
}

Result<> MemoryCatalog::create_key(const Key& key) {
  const std::scoped_lock lock(mutex_);
  const std::optional<std::string>& project_id = key.scope.project_id;
  if (organization(key.scope.organization_id) == nullptr ||
      (project_id && project(key.scope.organization_id, *project_id) == nullptr)) {
    return fail(ErrorCode::invalid_request, std::string(no_such_tenant));
  }
  if (!keys_.emplace(key.public_id, key).second) {
    return fail(ErrorCode::internal, "a key of that public id exists");
  }
  return {};
}

Result<std::optional<Key>> MemoryCatalog::find_key(std::string_view public_id) {
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(public_id);
  if (found == keys_.end()) return std::nullopt;
  return std::optional<Key>(found->second);
}

Result<std::vector<Key>> MemoryCatalog::keys() {
  const std::scoped_lock lock(mutex_);
  std::vector<Key> all;
  all.reserve(keys_.size());
  for (const auto& [public_id, key] : keys_) all.push_back(key);
  std::ranges::sort(all, {},
                    [](const Key& key) { return std::tie(key.created_at, key.public_id); });
  return all;
}

Result<> MemoryCatalog::revoke_key(std::string_view public_id, WallTime now) {
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(public_id);
  if (found == keys_.end()) return fail(ErrorCode::key_not_found, std::string(public_id));
  if (!found->second.revoked_at) found->second.revoked_at = now;
  return {};
}

Result<LimitOverrides> MemoryCatalog::limits(const Scope& scope) {
  const std::scoped_lock lock(mutex_);
  LimitOverrides found;
  const Organization* const owner = organization(scope.organization_id);
  if (owner == nullptr) return found;
  found.organization = owner->limits;
  if (!scope.project_id) return found;
  const ProjectState* const state = project(scope.organization_id, *scope.project_id);
  if (state != nullptr) found.project = state->limits;
  return found;
}

Result<> MemoryCatalog::set_limits(const Scope& owner, const std::vector<LimitChange>& changes,
                                   WallTime) {
  const std::scoped_lock lock(mutex_);
  Organization* const whole = organization(owner.organization_id);
  ProjectState* const part =
      owner.project_id ? project(owner.organization_id, *owner.project_id) : nullptr;
  if (whole == nullptr || (owner.project_id && part == nullptr)) {
    return fail(ErrorCode::invalid_request, std::string(no_such_tenant));
  }
  Limits& limits = part == nullptr ? whole->limits : part->limits;
  for (const LimitChange& change : changes) {
    if (change.limit) {
      limits[change.name] = *change.limit;
    } else {
      limits.erase(change.name);
    }
  }
  return {};
}

Result<std::optional<File>> MemoryCatalog::claim_earlier(Organization& owner, const NewFile& file) {
  const Attempt& attempt = *file.attempt;
  const WallTime now = clock_.now();
  const digest::Sha256Value fingerprint = fingerprint_of(file);
  const std::int64_t bit = try_bit(attempt);
  for (Done& done : owner.attempts | std::views::reverse) {
    if (done.attempt.key_id != attempt.key_id ||
        done.attempt.idempotency_key != attempt.idempotency_key) {
      continue;
    }
    const bool is_same = done.fingerprint == fingerprint;
    if (!attempt.idempotency_key.empty()) {
      if (done.committed_at <= now - limits::idempotency_key_lifetime) continue;
      if (!is_same) return fail(ErrorCode::idempotency_key_reused, attempt.idempotency_key);
      return done.file;
    }
    const bool is_retried =
        (done.tries & (bit - 1)) != 0 && done.committed_at > now - limits::retry_window;
    const bool is_late = done.committed_at > attempt.began_at;
    const bool is_there = owner.files.contains(done.file.id) && is_alive(done.file, now);
    if (!is_same || !is_there || (done.tries & bit) != 0 || !(is_retried || is_late)) continue;
    done.tries |= bit;
    return done.file;
  }
  return std::nullopt;
}

Result<std::uint64_t> MemoryCatalog::forget_attempts(WallTime now, std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t forgotten = 0;
  for (Organization& owner : organizations_) {
    const auto is_old = [&](const Done& done) {
      const auto lifetime = done.attempt.idempotency_key.empty()
                                ? std::chrono::milliseconds(limits::retry_window)
                                : std::chrono::milliseconds(limits::idempotency_key_lifetime);
      if (forgotten == count || done.committed_at > now - lifetime) return false;
      ++forgotten;
      return true;
    };
    std::erase_if(owner.attempts, is_old);
  }
  return forgotten;
}

Result<File> MemoryCatalog::commit_file(const NewFile& file) {
  const std::scoped_lock lock(mutex_);
  return commit(file);
}

Result<File> MemoryCatalog::commit(const NewFile& file) {
  ASSERT(file.scope.project_id.has_value());
  Organization* const owner = organization(file.scope.organization_id);
  ProjectState* const state = project(file.scope.organization_id, *file.scope.project_id);
  if (owner == nullptr || state == nullptr) {
    return fail(ErrorCode::invalid_request, std::string(no_such_tenant));
  }
  if (file.attempt) {
    TRY(std::optional<File> earlier, claim_earlier(*owner, file));
    if (earlier) return *std::move(earlier);
  }
  const std::uint64_t added_bytes = file.bytes - file.charged_bytes;
  if (!fits(owner->usage, added_bytes, file.organization_bytes_max)) {
    return fail(ErrorCode::organization_quota_exceeded, human_bytes(*file.organization_bytes_max));
  }
  if (file.project_bytes_max && !fits(state->usage, added_bytes, *file.project_bytes_max)) {
    return fail(ErrorCode::project_quota_exceeded, human_bytes(*file.project_bytes_max));
  }
  if (!blobs_.insert(file.blob).second) {
    return fail(ErrorCode::internal, "a file names that blob already");
  }

  owner->last_file_at = std::max(clock_.now(), owner->last_file_at + std::chrono::milliseconds(1));
  File row{.id = mint_file_id(owner->last_file_at, random_),
           .scope = file.scope,
           .purpose = file.purpose,
           .filename = file.filename,
           .bytes = file.bytes,
           .created_at = unix_seconds(owner->last_file_at),
           .status = file.status,
           .status_details = file.status_details,
           .sha256 = file.sha256,
           .blob = file.blob,
           .part_count = file.part_count};
  if (file.expires_after_seconds) {
    row.expires_at = row.created_at + static_cast<std::int64_t>(*file.expires_after_seconds);
  }
  for (Usage* usage : {&owner->usage, &state->usage}) {
    usage->bytes += added_bytes;
    ++usage->files;
  }
  if (file.attempt) {
    owner->attempts.push_back({.attempt = *file.attempt,
                               .fingerprint = fingerprint_of(file),
                               .committed_at = clock_.now(),
                               .tries = try_bit(*file.attempt),
                               .file = row});
  }
  owner->files.emplace(row.id, Row{.file = row,
                                   .checksums = file.checksums,
                                   .report = file.report,
                                   .sequence = ++last_sequence_,
                                   .waits = file.waits()});
  return row;
}

Result<std::optional<File>> MemoryCatalog::find_file(const Scope& scope, std::string_view id,
                                                     WallTime now) {
  const std::scoped_lock lock(mutex_);
  const Row* const found = find(scope, id, now);
  if (found == nullptr) return std::nullopt;
  return std::optional<File>(found->file);
}

Result<std::optional<FileWithChecksums>> MemoryCatalog::find_content(const Scope& scope,
                                                                     std::string_view id,
                                                                     WallTime now) {
  const std::scoped_lock lock(mutex_);
  const Row* const found = find(scope, id, now);
  if (found == nullptr) return std::nullopt;
  return FileWithChecksums{.file = found->file, .checksums = found->checksums};
}

Result<std::optional<FileWithReport>> MemoryCatalog::find_report(const Scope& scope,
                                                                 std::string_view id,
                                                                 WallTime now) {
  const std::scoped_lock lock(mutex_);
  const Row* const found = find(scope, id, now);
  if (found == nullptr) return std::nullopt;
  return FileWithReport{.file = found->file, .report = found->report};
}

Result<FilePage> MemoryCatalog::list_files(const FileQuery& query) {
  const std::scoped_lock lock(mutex_);
  Organization* const owner = organization(query.scope.organization_id);
  if (owner == nullptr) return FilePage{};
  const Files& files = owner->files;
  if (query.order == Order::ascending) {
    const auto begin = query.after ? files.upper_bound(*query.after) : files.begin();
    return collect(begin, files.end(), query);
  }
  const auto end = query.after ? files.lower_bound(*query.after) : files.end();
  return collect(std::reverse_iterator(end), files.rend(), query);
}

Result<bool> MemoryCatalog::delete_file(const Scope& scope, std::string_view id, WallTime now) {
  const std::scoped_lock lock(mutex_);
  if (find(scope, id, now) == nullptr) return false;
  Organization& owner = *organization(scope.organization_id);
  remove(owner, owner.files.find(id));
  return true;
}

Result<Usage> MemoryCatalog::organization_usage(std::string_view organization_id) {
  const std::scoped_lock lock(mutex_);
  const Organization* const found = organization(organization_id);
  return found == nullptr ? Usage{} : found->usage;
}

Result<Usage> MemoryCatalog::project_usage(std::string_view project_id) {
  const std::scoped_lock lock(mutex_);
  for (const ProjectState& state : projects_) {
    if (state.project.id == project_id) return state.usage;
  }
  return Usage{};
}

Result<Usage> MemoryCatalog::total_usage() {
  const std::scoped_lock lock(mutex_);
  Usage total;
  for (const Organization& owner : organizations_) {
    total.bytes += owner.usage.bytes;
    total.files += owner.usage.files;
  }
  return total;
}

Result<std::uint64_t> MemoryCatalog::delete_expired(WallTime now, std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t deleted = 0;
  for (Organization& owner : organizations_) {
    for (auto position = owner.files.begin(); position != owner.files.end() && deleted < count;) {
      const auto current = position++;
      if (is_alive(current->second.file, now)) continue;
      remove(owner, current);
      ++deleted;
    }
  }
  return deleted;
}

Result<std::vector<Garbage>> MemoryCatalog::garbage(std::int64_t after, std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  const auto begin = std::ranges::upper_bound(garbage_, after, {}, &Garbage::sequence);
  const auto left = static_cast<std::uint64_t>(garbage_.end() - begin);
  return std::vector<Garbage>(begin, begin + static_cast<std::ptrdiff_t>(std::min(count, left)));
}

Result<> MemoryCatalog::forget_garbage(const std::vector<Garbage>& removed) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(garbage_, [&removed](const Garbage& piece) {
    return std::ranges::any_of(removed, [&piece](const Garbage& gone) {
      return gone.sequence == piece.sequence && gone.blob == piece.blob;
    });
  });
  return {};
}

Result<std::vector<StoredFile>> MemoryCatalog::stored_files(std::int64_t sequence,
                                                            std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  std::vector<StoredFile> found;
  for (const Organization& owner : organizations_) {
    for (const auto& [id, row] : owner.files) {
      if (row.sequence <= sequence) continue;
      found.push_back(
          {.sequence = row.sequence, .content = {.file = row.file, .checksums = row.checksums}});
    }
  }
  std::ranges::sort(found, {}, &StoredFile::sequence);
  if (found.size() > count)
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(count), found.end());
  return found;
}

Result<std::optional<WaitingFile>> MemoryCatalog::claim_waiting(
    std::string_view after_organization_id, WallTime now, WallTime until) {
  const std::scoped_lock lock(mutex_);
  Row* turn = nullptr;
  const auto order_of = [&](const Row& row) {
    const std::string_view id = row.file.scope.organization_id;
    return std::tuple(id <= after_organization_id, id, row.sequence);
  };
  for (Organization& owner : organizations_) {
    for (auto& [id, row] : owner.files) {
      const bool may_be_lent = row.waits && row.claimed_until <= now;
      if (may_be_lent && (turn == nullptr || order_of(row) < order_of(*turn))) turn = &row;
    }
  }
  if (turn == nullptr) return std::nullopt;
  ++turn->tries;
  turn->claimed_until = until;
  return WaitingFile{.sequence = turn->sequence,
                     .tries = turn->tries,
                     .content = {.file = turn->file, .checksums = turn->checksums}};
}

MemoryCatalog::Row* MemoryCatalog::find_waiting(const WaitingFile& file) {
  Organization* const owner = organization(file.content.file.scope.organization_id);
  if (owner == nullptr) return nullptr;
  const auto found = owner->files.find(file.content.file.id);
  const bool waits = found != owner->files.end() && found->second.waits;
  return waits ? &found->second : nullptr;
}

Result<bool> MemoryCatalog::settle_waiting(const WaitingFile& file, const Settlement& settlement) {
  const std::scoped_lock lock(mutex_);
  Row* const row = find_waiting(file);
  if (row == nullptr) return false;
  row->waits = false;
  row->file.status = settlement.status;
  row->file.status_details = settlement.status_details;
  row->report = settlement.report;
  return true;
}

Result<> MemoryCatalog::return_waiting(const WaitingFile& file, WallTime until) {
  const std::scoped_lock lock(mutex_);
  Row* const row = find_waiting(file);
  if (row == nullptr || row->tries != file.tries) return {};
  --row->tries;
  row->claimed_until = until;
  return {};
}

Result<> MemoryCatalog::release_waiting() {
  const std::scoped_lock lock(mutex_);
  for (Organization& owner : organizations_) {
    for (auto& [id, row] : owner.files) row.claimed_until = WallTime();
  }
  return {};
}

Result<std::uint64_t> MemoryCatalog::waiting_files() {
  const std::scoped_lock lock(mutex_);
  std::uint64_t count = 0;
  for (const Organization& owner : organizations_) {
    count += static_cast<std::uint64_t>(
        std::ranges::count_if(owner.files, [](const auto& entry) { return entry.second.waits; }));
  }
  return count;
}

Result<ScrubState> MemoryCatalog::scrub_state() {
  const std::scoped_lock lock(mutex_);
  return scrub_state_;
}

Result<> MemoryCatalog::set_scrub_state(const ScrubState& state) {
  const std::scoped_lock lock(mutex_);
  scrub_state_ = state;
  return {};
}

Result<bool> MemoryCatalog::is_known(const BlobId& blob) {
  const std::scoped_lock lock(mutex_);
  return blobs_.contains(blob) || std::ranges::any_of(garbage_, [&blob](const Garbage& piece) {
           return piece.blob == blob;
         });
}

Result<> MemoryCatalog::check() { return {}; }

}  // namespace argot::catalog
