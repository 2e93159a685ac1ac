#include "cli/upload_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "cli/upload_note.h"

namespace argot::cli {
namespace {

// Whether `path` still names what is open: its owner before may have removed it.
bool is_named(const UniqueFd& file, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

}  // namespace

Result<std::unique_ptr<UploadLock>> UploadLock::take(const std::string& file) {
  constexpr int tries_max = 100;
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const std::string path = UploadNote(file, "").path() + ".lock";
  for (int i = 0; i < tries_max; ++i) {
    UniqueFd made(::open(path.c_str(), flags, 0600));
    if (!made) return nullptr;
    if (::flock(made.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) break;
      ::unlink(path.c_str());
      return nullptr;
    }
    if (!is_named(made, path)) continue;
    return std::unique_ptr<UploadLock>(new UploadLock(path, std::move(made)));
  }
  return fail(ErrorCode::cannot_start, "another upload of it is in progress");
}

UploadLock::UploadLock(std::string path, UniqueFd locked)
    : path_(std::move(path)), locked_(std::move(locked)) {}

// Removed while it is locked still: whoever opened it before looks whether it has its name.
UploadLock::~UploadLock() { ::unlink(path_.c_str()); }

}  // namespace argot::cli
