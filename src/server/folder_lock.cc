#include "server/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>

#include "base/text.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

constexpr std::size_t lock_file_bytes_max = 64;

// The advice that goes with a failed system call.
std::string_view how_to_mend(int code) {
  switch (code) {
    case EACCES:
    case EPERM:
      return "give this user the right to read and write there";
    case EROFS:
      return "mount it writable";
    case ENOSPC:
    case EDQUOT:
      return "free some space there";
    case ENOTDIR:
    case EEXIST:
      return "move the file that is in the way";
    default:
      return "look for trouble with the disk";
  }
}

// A new name survives a power cut once the folder that has it is synced: 0, or the errno.
int sync_above(const std::filesystem::path& folder) {
  const UniqueFd above(::open((folder / "..").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // One that may not be read was made by somebody else, whose care it is.
  if (!above) return errno == EACCES ? 0 : errno;
  return ::fsync(above.get()) == 0 ? 0 : errno;
}

// Makes `folder`, and those above it, as far as they are not there: 0, or the errno. Folders that
// are there keep the permissions that their owner gave them.
int make_folders(const std::filesystem::path& folder) {
  int made = ::mkdir(folder.c_str(), 0700);
  const std::filesystem::path parent = folder.parent_path();
  if (made != 0 && errno == ENOENT && !parent.empty() && parent != folder) {
    if (const int failure = make_folders(parent); failure != 0) return failure;
    made = ::mkdir(folder.c_str(), 0700);
  }
  if (made != 0) return errno == EEXIST ? 0 : errno;
  return sync_above(folder);
}

// Takes one folder; `setting` is the flag that chose it.
class Taker {
 public:
  Taker(const std::string& folder, const std::string& setting)
      : folder_(folder), setting_(setting) {}

  Result<UniqueFd> take() const {
    TRY_DO(make_folder());
    const std::string path = folder_ + "/LOCK";
    // For reading, so that holding it does not keep the disk from being mounted read-only.
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return cannot("cannot open LOCK in it", errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return cannot("cannot lock it", errno);
      return fail(ErrorCode::cannot_start,
                  "another server" + holder(path) + " is using " + in_quotes(folder_) +
                      ": stop it, or choose another folder with " + setting_);
    }
    note_holder(path);
    return file;
  }

 private:
  std::unexpected<Error> cannot(std::string_view what, int code) const {
    return fail(ErrorCode::cannot_start, "cannot use the folder " + in_quotes(folder_) + ": " +
                                             std::string(what) + " (" + errno_text(code) +
                                             "): " + std::string(how_to_mend(code)) +
                                             ", or choose another folder with " + setting_);
  }

  Result<> make_folder() const {
    if (const int failure = make_folders(folder_); failure != 0) {
      return cannot("cannot make it", failure);
    }
    const UniqueFd opened(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return cannot("cannot open it", errno);
    if (::access(folder_.c_str(), W_OK) != 0) return cannot("cannot write in it", errno);
    return {};
  }

  // Only for the message to the second server, so a disk that is too full for it is no reason not
  // to start.
  static void note_holder(const std::string& lock_path) {
    const UniqueFd file(::open(lock_path.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC));
    const std::string text = std::to_string(::getpid()) + "\n";
    [[maybe_unused]] const ssize_t written = ::write(file.get(), text.data(), text.size());
  }

  // " (process 42)", or nothing where the file does not say.
  static std::string holder(const std::string& lock_path) {
    const auto text = read_small_file(lock_path, lock_file_bytes_max);
    if (!text) return "";
    const auto process = parse_decimal(std::string_view(*text).substr(0, text->find('\n')));
    return process ? " (process " + std::to_string(*process) + ")" : "";
  }

  const std::string& folder_;
  const std::string& setting_;
};

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& folder, const std::string& setting) {
  TRY(UniqueFd file, Taker(folder, setting).take());
  return FolderLock(std::move(file));
}

}  // namespace argot::server
