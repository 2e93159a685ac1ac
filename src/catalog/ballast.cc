#include "catalog/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace argot::catalog {

bool Ballast::take() {
  if (bytes_ == 0) return false;
  const std::scoped_lock lock(mutex_);
  struct stat held{};
  if (::stat(path_.c_str(), &held) == 0 && static_cast<std::uint64_t>(held.st_size) == bytes_) {
    return true;
  }

  const UniqueFd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return false;
  struct statvfs space{};
  const bool is_roomy = ::fstatvfs(file.get(), &space) == 0 &&
                        std::uint64_t{space.f_bavail} * space.f_frsize >= 2 * bytes_;
  if (is_roomy && ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes_)) == 0) return true;
  ::unlink(path_.c_str());
  return false;
}

bool Ballast::release() {
  if (bytes_ == 0) return false;
  const std::scoped_lock lock(mutex_);
  return ::unlink(path_.c_str()) == 0;
}

}  // namespace argot::catalog
