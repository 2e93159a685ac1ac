#include "blob/directory.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>
#include <vector>

#include "blob/io_error.h"

namespace argot::blob {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t listing_bytes = 32'768;

}  // namespace

Directory::Directory(FileOps& operations, UniqueFd held)
    : operations_(operations), held_(std::move(held)) {}

std::uint64_t Directory::failures() {
  const std::scoped_lock lock(mutex_);
  return failures_;
}

Result<> Directory::sync(std::uint64_t failures_before) {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++asked_;
  while (settled_ < mine) {
    if (is_syncing_) {
      settled_changed_.wait(lock);
      continue;
    }
    is_syncing_ = true;
    const std::uint64_t covered = asked_;
    lock.unlock();
    const int synced = sync_once();
    lock.lock();
    is_syncing_ = false;
    settled_ = covered;
    if (synced < 0) {
      ++failures_;
      failure_ = -synced;
    }
    settled_changed_.notify_all();
  }
  if (failures_ != failures_before) return fail(io_error("fsync of a directory", failure_));
  return {};
}

int Directory::sync_once() {
  if (is_held_lost_ && !replacement_) {
    const int opened = operations_.openat({held_.get(), "."}, directory_flags, 0);
    if (opened < 0) return opened;
    replacement_ = UniqueFd(opened);
  }
  const int synced = operations_.fsync(is_held_lost_ ? replacement_.get() : held_.get());
  if (synced < 0) {
    is_held_lost_ = true;
    replacement_.close();
  }
  return synced;
}

Result<> Directory::list(const std::function<Result<>(const std::string&)>& see) {
  // A descriptor of its own, because the position of a listing belongs to the descriptor.
  const int opened = operations_.openat({held_.get(), "."}, directory_flags, 0);
  if (opened < 0) return fail(io_error("open of a directory", -opened));
  const UniqueFd listed(opened);

  std::vector<std::byte> buffer(listing_bytes);
  std::string name;
  for (;;) {
    const ssize_t filled = operations_.read_directory(listed.get(), buffer);
    if (filled < 0) return fail(io_error("listing", static_cast<int>(-filled)));
    if (filled == 0) return {};
    std::uint16_t record_bytes = 0;
    for (std::size_t at = 0; at < static_cast<std::size_t>(filled); at += record_bytes) {
      const std::byte* const record = buffer.data() + at;
      std::memcpy(&record_bytes, record + offsetof(dirent64, d_reclen), sizeof record_bytes);
      name = reinterpret_cast<const char*>(record + offsetof(dirent64, d_name));
      if (name != "." && name != "..") TRY_DO(see(name));
    }
  }
}

}  // namespace argot::blob
