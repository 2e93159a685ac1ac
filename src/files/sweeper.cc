#include "files/sweeper.h"

#include <algorithm>
#include <string>
#include <utility>

namespace argot::files {
namespace {

// Small enough that uploads and deletes waiting for the catalogue's writer hardly notice.
constexpr std::uint64_t batch_rows = 256;
// After so many the store is taken to be out of order, where each further one may take long.
constexpr std::size_t failed_removals_max = 16;

// Each further removal would take as long to say the same.
bool is_store_away(const Result<>& outcome) {
  return !outcome && outcome.error().code == ErrorCode::unavailable;
}

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
  Result<> outcome;
  while (!stop.stop_requested() && !is_store_away(outcome)) {
    TRY(const std::vector<catalog::Garbage> found, catalog_.garbage(garbage_after_, batch_rows));
    if (found.empty()) {
      garbage_after_ = 0;
      break;
    }
    // The content goes before the note of it: a crash in between only repeats the removal. What
    // cannot be removed now is tried again when all others have had their turn, in this sweep or in
    // the next.
    std::vector<catalog::Garbage> removed;
    for (const catalog::Garbage& piece : found) {
      if (stop.stop_requested() || is_store_away(outcome)) break;
      garbage_after_ = piece.sequence;
      if (Result<> gone = blobs_.remove(piece.blob); gone) {
        removed.push_back(piece);
      } else {
        outcome = std::move(gone);
      }
    }
    TRY_DO(catalog_.forget_garbage(removed));
    counters_.garbage.add(removed.size());
    total += removed.size();
  }
  TRY_DO(std::move(outcome));
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
  Removals removals;
  const WallTime oldest_kept = clock_.now() - orphan_age_;
  std::vector<blob::BlobEntry> suspects;
  const auto remove_suspects = [&] {
    return remove_unknown(std::exchange(suspects, {}), removals);
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
  if (!walked && stop.stop_requested()) return removals.done;
  TRY_DO(walked);
  TRY_DO(remove_suspects());
  TRY_DO(blobs_.end_abandoned());
  TRY_DO(std::move(removals.outcome));
  return removals.done;
}

// What another process takes in is not among the live ones here: it is condemned first.
Result<> Sweeper::remove_unknown(const std::vector<blob::BlobEntry>& suspects, Removals& removals) {
  std::vector<BlobId> ids;
  ids.reserve(suspects.size());
  for (const blob::BlobEntry& entry : suspects) ids.push_back(entry.id);
  TRY(const std::vector<BlobId> unknown, catalog_.condemn(std::move(ids), clock_.now()));
  for (const blob::BlobEntry& entry : suspects) {
    if (std::ranges::find(unknown, entry.id) == unknown.end()) continue;
    log_.warning("sweep_orphan", {{"blob", entry.id.text()}, {"bytes", entry.bytes}});
    if (Result<> gone = blobs_.remove(entry.id); !gone) {
      removals.outcome = std::move(gone);
      if (++removals.failed == failed_removals_max) return removals.outcome;
      continue;
    }
    ++removals.done;
    counters_.orphans.add();
  }
  return {};
}

}  // namespace argot::files
