// Clears away what no row needs: expired files, content of deleted files, and orphans that a crash
// between sealing and committing left behind. Never the reverse: a row without content is an alarm.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "files/live_blobs.h"

namespace argot::files {

// What has been cleared away since the process started.
struct SweepCounters {
  Counter expired;  // files
  Counter uploads;  // that expired before they were completed
  Counter garbage;  // blobs, as are
  Counter orphans;
};

// One thread's, but for counters(). The references must outlive it.
class Sweeper {
 public:
  Sweeper(catalog::Catalog& catalog, blob::BlobStore& blobs, const LiveBlobs& live,
          const Clock& clock, Log& log, std::chrono::milliseconds orphan_age = limits::orphan_age)
      : catalog_(catalog),
        blobs_(blobs),
        live_(live),
        clock_(clock),
        log_(log),
        orphan_age_(orphan_age) {}

  // Each of these ends early, and without an error, once `stop` is asked for.

  // Deletes what has expired; how many files it were.
  Result<std::uint64_t> remove_expired(const std::stop_token& stop = {});

  // Ends uploads that have expired, and forgets those that ended long ago; how many expired.
  Result<std::uint64_t> end_uploads(const std::stop_token& stop = {});

  // Removes the content of deleted files; how many blobs it were. Goes on where the last sweep
  // broke off, so that content which the store will not let go keeps no other.
  Result<std::uint64_t> remove_garbage(const std::stop_token& stop = {});

  // Forgets which creates were done so long ago that nobody asks for them; how many it were.
  Result<std::uint64_t> forget_attempts(const std::stop_token& stop = {});

  // Removes blobs that nothing knows and that are older than the orphan age; how many it were.
  // Walks the whole store, and ends what was abandoned there.
  Result<std::uint64_t> remove_orphans(const std::stop_token& stop = {});

  const SweepCounters& counters() const { return counters_; }

 private:
  // One that fails is left for the next walk.
  struct Removals {
    std::uint64_t done = 0;
    std::size_t failed = 0;
    Result<> outcome;  // of the last that failed
  };
  Result<> remove_unknown(const std::vector<blob::BlobEntry>& suspects, Removals& removals);

  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  const LiveBlobs& live_;
  const Clock& clock_;
  Log& log_;
  std::chrono::milliseconds orphan_age_;
  SweepCounters counters_;
  std::int64_t garbage_after_ = 0;  // the sequence of the last piece that had its turn
};

}  // namespace argot::files
