#include "files/sweeper.h"

#include <algorithm>
#include <string>
#include <utility>

namespace argot::files {
namespace {

// Small enough that uploads and deletes waiting for the catalogue's writer hardly notice.
constexpr std::uint64_t batch_rows = 256;

}  // namespace

Result<std::uint64_t> Sweeper::remove_expired(const std::stop_token& stop) {
  std::uint64_t total = 0;
  while (!stop.stop_requested()) {
    TRY(const std::uint64_t removed, catalog_.delete_expired(clock_.now(), batch_rows));
    total += removed;
    counters_.expired.add(removed);
    if (removed < batch_rows) break;
  }
  if (total > 0) log_.info("sweep_expired", {{"files", total}});
  return total;
}

Result<std::uint64_t> Sweeper::end_uploads(const std::stop_token& stop) {
  std::uint64_t total = 0;
  while (!stop.stop_requested()) {
    TRY(const std::uint64_t ended, catalog_.expire_uploads(clock_.now(), batch_rows));
    total += ended;
    counters_.uploads.add(ended);
    TRY(const std::uint64_t forgotten, catalog_.forget_uploads(clock_.now(), batch_rows));
    if (ended < batch_rows && forgotten < batch_rows) break;
  }
  if (total > 0) log_.info("sweep_uploads", {{"uploads", total}});
  return total;
}

Result<std::uint64_t> Sweeper::remove_garbage(const std::stop_token& stop) {
  std::uint64_t total = 0;
  while (!stop.stop_requested()) {
    TRY(const std::vector<catalog::Garbage> found, catalog_.garbage(batch_rows));
    if (found.empty()) break;
    // The content goes before the note of it: a crash in between only repeats the removal. What
    // cannot be removed now is tried again at the next sweep, and must not keep the others.
    std::vector<catalog::Garbage> removed;
    Result<> outcome;
    for (const catalog::Garbage& piece : found) {
      if (stop.stop_requested()) break;
      Result<> gone = blobs_.remove(piece.blob);
      if (gone) {
        removed.push_back(piece);
        continue;
      }
      outcome = std::move(gone);
      // Each further one would take as long to say the same.
      if (outcome.error().code == ErrorCode::unavailable) break;
    }
    TRY_DO(catalog_.forget_garbage(removed));
    counters_.garbage.add(removed.size());
    TRY_DO(std::move(outcome));
    total += removed.size();
  }
  return total;
}

Result<std::uint64_t> Sweeper::forget_attempts(const std::stop_token& stop) {
  std::uint64_t total = 0;
  while (!stop.stop_requested()) {
    TRY(const std::uint64_t forgotten, catalog_.forget_attempts(clock_.now(), batch_rows));
    total += forgotten;
    if (forgotten < batch_rows) break;
  }
  return total;
}

Result<std::uint64_t> Sweeper::remove_orphans(const std::stop_token& stop) {
  std::uint64_t total = 0;
  const WallTime oldest_kept = clock_.now() - orphan_age_;
  std::vector<blob::BlobEntry> suspects;
  const auto remove_suspects = [&]() -> Result<> {
    TRY(const std::uint64_t removed, remove_unknown(std::exchange(suspects, {})));
    total += removed;
    return {};
  };
  const Result<> walked = blobs_.visit([&](const blob::BlobEntry& entry) -> Result<> {
    if (stop.stop_requested()) return fail(ErrorCode::unavailable);
    // Uploads in progress are looked at before the catalogue: one that ends in between has its row
    // by then. The other order would take the content of a file that was just committed.
    if (entry.modified_at > oldest_kept || live_.contains(entry.id)) return {};
    TRY(const bool known, catalog_.is_known(entry.id));
    if (known) return {};
    suspects.push_back(entry);
    return suspects.size() < batch_rows ? Result<>() : remove_suspects();
  });
  if (!walked && stop.stop_requested()) return total;
  TRY_DO(walked);
  TRY_DO(remove_suspects());
  TRY_DO(blobs_.end_abandoned());
  return total;
}

// What another process takes in is not among the live ones here: it is condemned first.
Result<std::uint64_t> Sweeper::remove_unknown(const std::vector<blob::BlobEntry>& suspects) {
  std::vector<BlobId> ids;
  ids.reserve(suspects.size());
  for (const blob::BlobEntry& entry : suspects) ids.push_back(entry.id);
  TRY(const std::vector<BlobId> unknown, catalog_.condemn(std::move(ids), clock_.now()));
  std::uint64_t removed = 0;
  for (const blob::BlobEntry& entry : suspects) {
    if (std::ranges::find(unknown, entry.id) == unknown.end()) continue;
    log_.warning("sweep_orphan", {{"blob", entry.id.text()}, {"bytes", entry.bytes}});
    TRY_DO(blobs_.remove(entry.id));
    ++removed;
    counters_.orphans.add();
  }
  return removed;
}

}  // namespace argot::files
