// The system calls that a DiskStore makes on files, as something a test can record and make fail.
// Thin on purpose: no retries, no policy, no state.
//
// Every function returns what the system call returns, or the negative errno (-ENOSPC) where that
// would have been -1.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/bytes.h"

// NOLINTBEGIN(readability-identifier-naming): these are the system's names.
struct stat;
struct statvfs;
// NOLINTEND(readability-identifier-naming)

namespace argot::blob {

// A name inside an open directory (or AT_FDCWD); borrowed until the call returns.
struct EntryName {
  int directory = -1;
  const char* name = "";
};

// Thread-safe.
class FileOps {
 public:
  FileOps() = default;
  FileOps(const FileOps&) = delete;
  FileOps& operator=(const FileOps&) = delete;
  virtual ~FileOps() = default;

  // Names.
  virtual int openat(const EntryName& entry, int flags, mode_t mode) = 0;
  virtual int mkdirat(const EntryName& entry, mode_t mode) = 0;
  virtual int renameat2(const EntryName& from, const EntryName& to, unsigned flags) = 0;
  virtual int unlinkat(const EntryName& entry) = 0;
  // Of the entry itself, never of what a symbolic link points at.
  virtual int fstatat(const EntryName& entry, struct stat& out) = 0;
  // Whether this process may make entries: faccessat(2) with W_OK and X_OK for the effective user.
  virtual int writable(int directory) = 0;

  // Content.
  virtual ssize_t write(int file, Bytes bytes) = 0;
  virtual ssize_t pread(int file, MutableBytes out, std::uint64_t offset) = 0;
  // Starts writing back a range and does not wait: SYNC_FILE_RANGE_WRITE.
  virtual int sync_file_range(int file, std::uint64_t offset, std::uint64_t bytes) = 0;
  virtual int fdatasync(int file) = 0;
  virtual int fsync(int file) = 0;

  // Facts.
  virtual int fstat(int file, struct stat& out) = 0;
  virtual int fstatvfs(int file, struct statvfs& out) = 0;
  // getdents64(2): the next entries, 0 at the end.
  virtual ssize_t read_directory(int directory, MutableBytes out) = 0;
};

class SystemFileOps final : public FileOps {
 public:
  int openat(const EntryName& entry, int flags, mode_t mode) override;
  int mkdirat(const EntryName& entry, mode_t mode) override;
  int renameat2(const EntryName& from, const EntryName& to, unsigned flags) override;
  int unlinkat(const EntryName& entry) override;
  int fstatat(const EntryName& entry, struct stat& out) override;
  int writable(int directory) override;
  ssize_t write(int file, Bytes bytes) override;
  ssize_t pread(int file, MutableBytes out, std::uint64_t offset) override;
  int sync_file_range(int file, std::uint64_t offset, std::uint64_t bytes) override;
  int fdatasync(int file) override;
  int fsync(int file) override;
  int fstat(int file, struct stat& out) override;
  int fstatvfs(int file, struct statvfs& out) override;
  ssize_t read_directory(int directory, MutableBytes out) override;
};

}  // namespace argot::blob
