#include "server/ballast.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

// The space is only set aside where it is a small part of what is free.
constexpr std::uint64_t free_times_min = 4;
// Less than this, and the catalogue might not even open.
constexpr std::uint64_t full_below_bytes = 1_MiB;

std::uint64_t free_bytes(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  struct statvfs facts{};
  if (::statvfs(folder.empty() ? "." : folder.c_str(), &facts) != 0) return 0;
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

}  // namespace

Ballast::Ballast(std::string path, Log& log, std::uint64_t bytes)
    : path_(std::move(path)), log_(log), bytes_(bytes) {
  struct stat facts{};
  // One of another size was left by a start that was cut short: it holds nothing.
  is_held_ =
      ::stat(path_.c_str(), &facts) == 0 && static_cast<std::uint64_t>(facts.st_size) == bytes_;
}

void Ballast::prepare() {
  if (free_bytes(path_) < full_below_bytes) {
    release();
  } else {
    renew();
  }
}

void Ballast::renew() {
  if (is_held_ || free_bytes(path_) < free_times_min * bytes_) return;
  is_held_ = set_aside();
}

bool Ballast::release() {
  if (!is_held_.exchange(false)) return false;
  if (::unlink(path_.c_str()) != 0) return false;
  ++releases_;
  log_.warning("ballast_released", {{"bytes", bytes_}});
  return true;
}

bool Ballast::set_aside() {
  const UniqueFd file(
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  const int failure = file ? ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes_)) : errno;
  if (failure == 0) return true;
  if (file) ::unlink(path_.c_str());
  const std::string reason = errno_text(failure);
  log_.warning("ballast_missing", {{"error", std::string_view(reason)}});
  return false;
}

}  // namespace argot::server
