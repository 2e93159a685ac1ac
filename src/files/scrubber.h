// Reads everything that is stored, a block at a time, and compares it with what the catalogue knows
// of it: silent corruption is found before somebody needs the file.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "blob/blob_store.h"
#include "catalog/catalog.h"
#include "digest/sha256.h"
#include "files/stored_content.h"
#include "files/verified_blocks.h"

namespace argot::files {

// Since the process started.
struct ScrubCounters {
  Counter files;  // that were read, or found missing
  Counter bytes;
  Counter damaged;  // files
  Counter rounds;   // that ended
};

struct ScrubberParts {
  catalog::Catalog& catalog;
  blob::BlobStore& blobs;
  VerifiedBlocks& verified;  // what is sent without being read again
  const Clock& clock;
  Log& log;
  // A round reads every file once. The next one begins so long after it began.
  std::chrono::milliseconds interval;
};

// What is wrong is logged as an alarm (alarm_content_corrupt, alarm_content_missing,
// alarm_content_unreadable) and counted, and is read again before it is sent; nothing is deleted or
// mended. Not thread-safe. The references must outlive it.
class Scrubber {
 public:
  explicit Scrubber(const ScrubberParts& parts)
      : catalog_(parts.catalog),
        blobs_(parts.blobs),
        verified_(parts.verified),
        clock_(parts.clock),
        log_(parts.log),
        interval_(parts.interval) {}

  // Reads the next block of the round and returns how many bytes it had, which may be none; nothing
  // if no round is due. Where a round is survives a restart, give or take what save() did not yet
  // write down. Errors: the catalogue's.
  Result<std::optional<std::uint64_t>> step();

  // Somebody else may have read on since: where the round is will be asked for again.
  void reread_state();

  // Writes down where the round is, if one is under way. step() does it by itself now and then.
  Result<> save();

  // Files that were found damaged or missing since the process started.
  std::uint64_t damaged_files() const { return counters_.damaged.value(); }
  // Thread-safe.
  const ScrubCounters& counters() const { return counters_; }

 private:
  struct OpenFile {
    catalog::StoredFile stored;
    std::unique_ptr<StoredContent> content;
    digest::Sha256 hash;
    std::uint64_t position = 0;
    bool is_damaged = false;
  };

  Result<bool> begin_round();
  // Whether there is one.
  Result<bool> open_next();
  Result<> open_file(catalog::StoredFile stored);
  std::unexpected<Error> begin_again(const Error& error);
  Result<> give_up(const Error& error);
  void note_unreadable(const catalog::File& file, const Error& error);
  Result<std::uint64_t> read_block();
  void end_file();
  Result<> end_round();
  // Whether the file is still there: what was deleted meanwhile is no damage.
  Result<bool> is_there(const catalog::File& file);

  catalog::Catalog& catalog_;
  blob::BlobStore& blobs_;
  VerifiedBlocks& verified_;
  const Clock& clock_;
  Log& log_;
  std::chrono::milliseconds interval_;

  std::optional<catalog::ScrubState> state_;  // nothing: not read yet
  bool is_in_round_ = false;
  std::deque<catalog::StoredFile> next_;
  std::optional<OpenFile> file_;
  SteadyTime saved_at_;
  ScrubCounters counters_;
};

}  // namespace argot::files
