// The system calls of a store, recorded and made to fail on command. For tests: it shows in which
// order a store writes, syncs and names, and what it does when any of those calls fails.
#pragma once

#include <fcntl.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "blob/file_ops.h"

namespace argot::blob {

// One call that goes wrong.
struct FileFault {
  std::string operation;        // "fdatasync"; empty means any.
  std::uint64_t nth = 1;        // Counted from when it was planted; 1 is the next.
  int error = 0;                // The errno to fail with, without making the call; 0 for none.
  std::size_t short_bytes = 0;  // Instead of an error: write or read at most so many bytes.
  bool for_ever = false;
};

// Thread-safe. Calls that are not made to fail go to the system.
class ScriptedFileOps final : public FileOps {
 public:
  void plant(FileFault fault) {
    const std::scoped_lock lock(mutex_);
    faults_.push_back(std::move(fault));
  }
  void heal() {
    const std::scoped_lock lock(mutex_);
    faults_.clear();
  }

  // What was called, one line each: "fdatasync tmp/0123...", paths relative to the root. Calls that
  // were made to fail end in "!". Reading facts (fstat and the like) is not recorded.
  std::vector<std::string> lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
  }
  void forget_lines() {
    const std::scoped_lock lock(mutex_);
    lines_.clear();
  }

  int openat(const EntryName& entry, int flags, mode_t mode) override {
    const std::string path = path_of(entry);
    if (const auto fault = enter("openat", path)) return -fault->error;
    const int opened = system_.openat(entry, flags, mode);
    const std::scoped_lock lock(mutex_);
    if (opened >= 0) paths_[opened] = path;
    return opened;
  }
  int mkdirat(const EntryName& entry, mode_t mode) override {
    if (const auto fault = enter("mkdirat", path_of(entry))) return -fault->error;
    return system_.mkdirat(entry, mode);
  }
  int renameat2(const EntryName& from, const EntryName& to, unsigned flags) override {
    if (const auto fault = enter("renameat2", path_of(from) + " " + path_of(to))) {
      return -fault->error;
    }
    return system_.renameat2(from, to, flags);
  }
  int unlinkat(const EntryName& entry) override {
    if (const auto fault = enter("unlinkat", path_of(entry))) return -fault->error;
    return system_.unlinkat(entry);
  }
  int fstatat(const EntryName& entry, struct stat& out) override {
    if (const auto fault = enter("fstatat", {})) return -fault->error;
    return system_.fstatat(entry, out);
  }
  int writable(int directory) override {
    if (const auto fault = enter("writable", {})) return -fault->error;
    return system_.writable(directory);
  }
  ssize_t write(int file, Bytes bytes) override {
    const auto fault = enter("write", path_of(file) + " " + std::to_string(bytes.size()));
    if (fault && fault->error != 0) return -fault->error;
    if (fault) bytes = bytes.first(std::min(bytes.size(), fault->short_bytes));
    return system_.write(file, bytes);
  }
  ssize_t pread(int file, MutableBytes out, std::uint64_t offset) override {
    const auto fault = enter("pread", {});
    if (fault && fault->error != 0) return -fault->error;
    if (fault) out = out.first(std::min(out.size(), fault->short_bytes));
    return system_.pread(file, out, offset);
  }
  int sync_file_range(int file, std::uint64_t offset, std::uint64_t bytes) override {
    const std::string range = std::to_string(offset) + " " + std::to_string(bytes);
    const auto fault = enter("sync_file_range", path_of(file) + " " + range);
    return fault ? -fault->error : system_.sync_file_range(file, offset, bytes);
  }
  int fdatasync(int file) override {
    const auto fault = enter("fdatasync", path_of(file));
    return fault ? -fault->error : system_.fdatasync(file);
  }
  int fsync(int file) override {
    const auto fault = enter("fsync", path_of(file));
    return fault ? -fault->error : system_.fsync(file);
  }
  int fstat(int file, struct stat& out) override {
    const auto fault = enter("fstat", {});
    return fault ? -fault->error : system_.fstat(file, out);
  }
  int fstatvfs(int file, struct statvfs& out) override {
    const auto fault = enter("fstatvfs", {});
    return fault ? -fault->error : system_.fstatvfs(file, out);
  }
  ssize_t read_directory(int directory, MutableBytes out) override {
    const auto fault = enter("read_directory", {});
    return fault ? -fault->error : system_.read_directory(directory, out);
  }

 private:
  // Records the call and says what is wrong with it, if anything is.
  std::optional<FileFault> enter(std::string_view operation, const std::string& about) {
    const std::scoped_lock lock(mutex_);
    std::optional<FileFault> hit;
    for (auto fault = faults_.begin(); fault != faults_.end();) {
      const bool is_meant = fault->operation.empty() || fault->operation == operation;
      if (is_meant && fault->nth > 1) {
        --fault->nth;
      } else if (is_meant && !hit) {
        hit = *fault;
        if (!fault->for_ever) {
          fault = faults_.erase(fault);
          continue;
        }
      }
      ++fault;
    }
    const bool is_failure = hit && hit->error != 0;
    if (!about.empty())
      lines_.push_back(std::string(operation) + " " + about + (is_failure ? "!" : ""));
    return hit;
  }

  std::string path_of(int descriptor) const {
    const std::scoped_lock lock(mutex_);
    const auto found = paths_.find(descriptor);
    return found == paths_.end() ? "?" : found->second;
  }

  std::string path_of(const EntryName& entry) const {
    const std::string_view name = entry.name;
    if (entry.directory == AT_FDCWD) return ".";
    const std::string directory = path_of(entry.directory);
    if (name == ".") return directory;
    return directory == "." ? std::string(name) : directory + "/" + std::string(name);
  }

  mutable std::mutex mutex_;  // Guards all that follows but system_.
  std::vector<FileFault> faults_;
  std::vector<std::string> lines_;
  std::map<int, std::string> paths_;
  SystemFileOps system_;
};

}  // namespace argot::blob
