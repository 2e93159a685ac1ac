// One directory of a store, held open: names in it are made durable here, and listed.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "blob/file_ops.h"

namespace argot::blob {

// Thread-safe. The operations must outlive it.
class Directory {
 public:
  Directory(FileOps& operations, UniqueFd held);
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() = default;

  // A name in this directory, for FileOps; `name` is borrowed.
  EntryName entry(const std::string& name) const { return {held_.get(), name.c_str()}; }
  int descriptor() const { return held_.get(); }

  // How many syncs have failed. To be read before a change of names and handed to the sync() after.
  std::uint64_t failures();

  // Makes every change of names durable that was made before the call. Calls that overlap share one
  // fsync(2). When that fails, everyone who had read failures() before is told: the kernel reports
  // a lost write once, so a second fsync would succeed without cause. The descriptor that
  // failed is never synced again; later changes go through a new one.
  Result<> sync(std::uint64_t failures_before);

  // Calls `see` with every name but "." and "..", until it returns an error, which is passed on.
  // Memory is bounded whatever the size. Entries may come and go meanwhile.
  Result<> list(const std::function<Result<>(const std::string&)>& see);

 private:
  int sync_once();

  std::mutex mutex_;  // Guards what follows up to operations_; not held during fsync(2).
  std::condition_variable settled_changed_;
  std::uint64_t asked_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t failures_ = 0;
  int failure_ = 0;
  bool is_syncing_ = false;

  FileOps& operations_;
  const UniqueFd held_;
  // Belong to whoever set is_syncing_. The held descriptor stays open for names after it failed.
  bool is_held_lost_ = false;
  UniqueFd replacement_;
};

}  // namespace argot::blob
