#include "server/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <system_error>

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
    std::error_code failure;
    const std::filesystem::path parent = std::filesystem::path(folder_).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, failure);
    if (failure) return cannot("cannot make the folders above it", failure.value());
    // A folder that is there keeps the permissions that its owner gave it.
    if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
      return cannot("cannot make it", errno);
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
