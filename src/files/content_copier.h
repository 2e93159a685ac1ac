// Copies content that a catalogue needs from one store to S3, several pieces at once, each proved
// by its SHA-256. What is there already is read back and compared instead.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/worker_pool.h"
#include "blob/blob_store.h"
#include "blob/s3_store.h"
#include "catalog/sqlite_snapshot.h"

namespace argot::files {

struct CopyTally {
  std::uint64_t copied = 0;
  std::uint64_t copied_bytes = 0;
  std::uint64_t there = 0;
  std::uint64_t there_bytes = 0;
  std::uint64_t damaged = 0;
};

struct ContentCopierOptions {
  std::size_t at_once = 4;
  // Whether the target is asked for each piece before it is sent.
  bool may_be_there = true;
  std::stop_token stop;
  // Both are called by several threads, one at a time; what is called must not call the copier.
  std::function<void(std::uint64_t bytes)> on_bytes;  // so many more were read
  std::function<void(const catalog::NeededBlob&, const std::string& reason)> on_damaged;
};

// Calls match: add* finish?. Not thread-safe.
class ContentCopier {
 public:
  // Without a target the content stays where it is, and is compared there; without a source it has
  // to be in the target already. The stores must outlive the copier.
  ContentCopier(blob::BlobStore* source, blob::S3Store* target, ContentCopierOptions options);
  ContentCopier(const ContentCopier&) = delete;
  ContentCopier& operator=(const ContentCopier&) = delete;
  // Ends what is under way soon.
  ~ContentCopier();

  // Waits while as much as may be is under way. Content that is damaged or missing is told and
  // counted, and is no error. Error: why it makes no sense to go on, with whose content it was.
  Result<> add(catalog::NeededBlob needed);
  // Waits for all that was added.
  Result<CopyTally> finish();

 private:
  enum class Outcome { copied, there };

  Result<Outcome> transfer(const catalog::NeededBlob& needed);
  Result<std::unique_ptr<blob::BlobReader>> open_source(const catalog::NeededBlob& needed);
  Result<> send(const catalog::NeededBlob& needed);
  Result<> compare(blob::BlobReader& content, const catalog::NeededBlob& needed);
  void copy(const catalog::NeededBlob& needed);
  Result<> progress(std::uint64_t bytes);
  std::optional<Error> failure();

  blob::BlobStore* const source_;
  blob::S3Store* const target_;
  const ContentCopierOptions options_;

  std::mutex callback_mutex_;
  std::mutex mutex_;  // guards the three below
  std::condition_variable changed_;
  std::size_t under_way_ = 0;
  CopyTally tally_;
  std::optional<Error> failure_;  // the first one

  WorkerPool threads_;  // last: its jobs use all of the above
};

}  // namespace argot::files
