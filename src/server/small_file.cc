#include "server/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/unique_fd.h"

namespace argot::server {
namespace {

std::unexpected<Error> system_failure() { return fail(ErrorCode::cannot_start, errno_text(errno)); }

Result<> write_whole(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure();
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<> write_synced(const std::string& path, std::string_view text) {
  const UniqueFd file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return system_failure();
  TRY_DO(write_whole(file.get(), text));
  if (::fsync(file.get()) != 0) return system_failure();
  return {};
}

Result<> sync_folder(const std::string& path) {
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return system_failure();
  return {};
}

}  // namespace

std::string errno_text(int code) { return std::generic_category().message(code); }

Result<std::string> read_small_file(const std::string& path, std::size_t bytes_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_failure();
  // One byte more than allowed, to tell a full buffer from a file that goes on.
  std::string text(bytes_max + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure();
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max) {
    return fail(ErrorCode::cannot_start,
                "it is larger than " + std::to_string(bytes_max) + " bytes");
  }
  text.resize(size);
  return text;
}

Result<> replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  // Left by a crash: only one process at a time writes here, the one that holds the folder.
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return system_failure();
  if (auto written = write_synced(fresh, text); !written) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(fresh.c_str());
    return fail(ErrorCode::cannot_start, errno_text(code));
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return sync_folder(folder.empty() ? "." : folder);
}

}  // namespace argot::server
