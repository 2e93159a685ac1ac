// Which blocks of which blobs have been read and found right since the process started, and not too
// long ago. Bounded: the blob that was asked for longest ago is forgotten first and simply checked
// again.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/metrics.h"

namespace argot::files {

// Thread-safe.
class VerifiedBlocks {
 public:
  // A blob is forgotten `max_age` after the first of its blocks that is remembered was added.
  // `clock` must outlive it.
  VerifiedBlocks(const Clock& clock, std::chrono::milliseconds max_age,
                 std::size_t blobs_max = limits::verified_blobs_max)
      : clock_(clock), max_age_(max_age), blobs_max_(blobs_max) {}

  bool contains(const BlobId& blob, std::size_t block);
  void add(const BlobId& blob, std::size_t block);
  // Of a blob that something is wrong with every block is checked again.
  void forget(const BlobId& blob);

  // How often add() was called.
  std::uint64_t added() const { return added_.value(); }

 private:
  struct Entry {
    std::string blob;
    SteadyTime since;
    std::vector<bool> blocks;
  };

  // The entry of `blob`, moved to the front; null if there is none, or it was too old.
  Entry* touch(const std::string& blob);

  const Clock& clock_;
  std::chrono::milliseconds max_age_;
  Counter added_;
  std::mutex mutex_;
  std::size_t blobs_max_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_blob_;
};

}  // namespace argot::files
