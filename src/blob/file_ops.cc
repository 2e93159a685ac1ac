#include "blob/file_ops.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace argot::blob {
namespace {

template <typename Number>
Number or_errno(Number returned) {
  return returned < 0 ? static_cast<Number>(-errno) : returned;
}

}  // namespace

int SystemFileOps::openat(const EntryName& entry, int flags, mode_t mode) {
  return or_errno(::openat(entry.directory, entry.name, flags, mode));
}

int SystemFileOps::mkdirat(const EntryName& entry, mode_t mode) {
  return or_errno(::mkdirat(entry.directory, entry.name, mode));
}

int SystemFileOps::renameat2(const EntryName& from, const EntryName& to, unsigned flags) {
  return or_errno(::renameat2(from.directory, from.name, to.directory, to.name, flags));
}

int SystemFileOps::unlinkat(const EntryName& entry) {
  return or_errno(::unlinkat(entry.directory, entry.name, 0));
}

int SystemFileOps::fstatat(const EntryName& entry, struct stat& out) {
  return or_errno(::fstatat(entry.directory, entry.name, &out, AT_SYMLINK_NOFOLLOW));
}

int SystemFileOps::writable(int directory) {
  return or_errno(::faccessat(directory, ".", W_OK | X_OK, AT_EACCESS));
}

ssize_t SystemFileOps::write(int file, Bytes bytes) {
  return or_errno(::write(file, bytes.data(), bytes.size()));
}

ssize_t SystemFileOps::pread(int file, MutableBytes out, std::uint64_t offset) {
  return or_errno(::pread(file, out.data(), out.size(), static_cast<off_t>(offset)));
}

int SystemFileOps::sync_file_range(int file, std::uint64_t offset, std::uint64_t bytes) {
  return or_errno(::sync_file_range(file, static_cast<off_t>(offset), static_cast<off_t>(bytes),
                                    SYNC_FILE_RANGE_WRITE));
}

int SystemFileOps::fdatasync(int file) { return or_errno(::fdatasync(file)); }

int SystemFileOps::fsync(int file) { return or_errno(::fsync(file)); }

int SystemFileOps::fstat(int file, struct stat& out) { return or_errno(::fstat(file, &out)); }

int SystemFileOps::fstatvfs(int file, struct statvfs& out) {
  return or_errno(::fstatvfs(file, &out));
}

ssize_t SystemFileOps::read_directory(int directory, MutableBytes out) {
  return or_errno(::getdents64(directory, out.data(), out.size()));
}

}  // namespace argot::blob
