#include "detail/part_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "detail/error_maker.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::string_view noteOfAny = "argot download ";
constexpr std::string_view noteHead = "argot download 1\n";
constexpr std::size_t noteBytesMax = 16'384;
constexpr mode_t mode = 0666;  // less the umask

std::string systemText(int code) { return std::generic_category().message(code); }

Error refused(std::string message, int code = 0) {
  ErrorCause cause;
  if (code != 0) cause = {.code = code, .text = systemText(code)};
  return ErrorMaker::invalidRequest(std::move(message), std::move(cause));
}

// The size of the regular file behind `descriptor`; nothing for what is none.
std::optional<std::uint64_t> sizeOf(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

// Whether `path` still names what is open as `descriptor`.
bool isSameFile(int descriptor, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return ::fstat(descriptor, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

// 0, or what went wrong.
int writeAll(int descriptor, std::uint64_t position, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return EIO;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    position += static_cast<std::uint64_t>(count);
  }
  return 0;
}

// Nothing where there is none, or where it is longer than any of ours.
std::optional<std::string> smallFile(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return std::nullopt;
  const auto size = sizeOf(file.get());
  if (!size || *size > noteBytesMax) return std::nullopt;
  std::string text(static_cast<std::size_t>(*size), '\0');
  const ssize_t count = ::pread(file.get(), text.data(), text.size(), 0);
  return count == static_cast<ssize_t>(text.size()) ? std::optional(text) : std::nullopt;
}

// Whether `path` is a note of a download, whichever version wrote it: a crash of the system may
// have left it empty.
bool isNote(const std::string& path) {
  const auto text = smallFile(path);
  return text && (text->empty() || text->starts_with(noteOfAny));
}

// The rest of the line that begins with `key`, taken off the front of `text`; nothing where the
// front is another line, or is cut short.
std::optional<std::string_view> takeField(std::string_view& text, std::string_view key) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(key)) return std::nullopt;
  const std::string_view value = text.substr(key.size(), end - key.size());
  text.remove_prefix(end + 1);
  return value;
}

std::string folderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, slash == 0 ? 1 : slash);
}

}  // namespace

PartFile::PartFile(std::string path, std::string url)
    : path_(std::move(path)),
      part_(path_ + ".part"),
      note_(part_ + ".note"),
      url_(std::move(url)) {}

PartFile::~PartFile() {
  if (isCommitted_ || !file_ || !isOurs_) return;
  if (hasNote_ && sizeOf(file_.get()).value_or(0) > 0) return;
  ::unlink(note_.c_str());
  ::unlink(part_.c_str());
}

Result<std::unique_ptr<PartFile>> PartFile::open(std::string path, std::string url) {
  if (path.empty() || path.find('\0') != std::string::npos) {
    return refused("Invalid path: expected the name of a file");
  }
  struct stat target{};
  if (::stat(path.c_str(), &target) == 0 && !S_ISREG(target.st_mode)) {
    return refused("Invalid path: " + path + " is there already, and is no regular file");
  }
  std::unique_ptr<PartFile> file(new PartFile(std::move(path), std::move(url)));
  if (Result<void> locked = file->lock(); !locked.ok()) return locked.error();
  return file;
}

// Between the opening and the locking another download may have ended and renamed the part: what
// is locked then is its target, and there is a part to make anew.
Result<void> PartFile::lock() {
  constexpr int triesMax = 100;
  constexpr int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  for (int i = 0; i < triesMax; ++i) {
    int opened = ::open(part_.c_str(), flags);
    bool isNew = false;
    if (opened < 0 && errno == ENOENT) {
      opened = ::open(part_.c_str(), flags | O_CREAT | O_EXCL, mode);
      if (opened < 0 && errno == EEXIST) continue;
      isNew = true;
    }
    UniqueFd file(opened);
    if (!file) return refused("Cannot open " + part_, errno);
    if (!sizeOf(file.get())) return refused("Cannot write " + part_ + ": it is no regular file");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) {
        return refused("Cannot write " + part_ + ": another download to it is in progress");
      }
      return refused("Cannot lock " + part_, errno);
    }
    if (!isSameFile(file.get(), part_)) continue;
    if (sizeOf(file.get()).value_or(0) > 0 && !isNote(note_)) {
      return refused("Cannot write " + part_ +
                     ": it is there already, and is not from a download of this");
    }
    file_ = std::move(file);
    isOurs_ = isNew;
    return {};
  }
  return refused("Cannot lock " + part_ + ": it is replaced again and again");
}

std::optional<KeptPart> PartFile::kept() const {
  const auto bytes = sizeOf(file_.get());
  const std::string text = smallFile(note_).value_or("");
  std::string_view rest = text;
  if (!rest.starts_with(noteHead)) return std::nullopt;
  rest.remove_prefix(noteHead.size());
  const auto url = takeField(rest, "url ");
  const auto etag = takeField(rest, "etag ");
  const auto sizeText = takeField(rest, "size ");
  if (!url || !etag || !sizeText || *url != url_ || !rest.empty()) return std::nullopt;
  const auto size = parse_decimal(*sizeText);
  if (!bytes || !size || *bytes == 0 || *bytes > *size) return std::nullopt;
  return KeptPart{.bytes = *bytes, .etag = std::string(*etag), .size = *size};
}

Result<void> PartFile::discard() {
  ::unlink(note_.c_str());
  hasNote_ = false;
  if (sizeOf(file_.get()).value_or(0) > 0) {
    claim();
    // Synced, so that no crash leaves the new note beside the old bytes.
    if (::ftruncate(file_.get(), 0) != 0 || ::fsync(file_.get()) != 0) {
      return failure("Cannot empty", part_);
    }
  }
  isOurs_ = true;
  return {};
}

void PartFile::note(std::string_view etag, std::uint64_t size) {
  std::string text(noteHead);
  text.append("url ").append(url_).append("\netag ").append(etag).append("\nsize ");
  text.append(std::to_string(size)).append("\n");
  hasNote_ = writeNote(text);
}

void PartFile::claim() { (void)writeNote(noteHead); }

bool PartFile::writeNote(std::string_view text) const {
  const UniqueFd file(
      ::open(note_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  const bool written = file && writeAll(file.get(), 0, std::as_bytes(std::span(text))) == 0;
  if (!written) ::unlink(note_.c_str());
  return written;
}

Result<void> PartFile::write(std::uint64_t position, std::span<const std::byte> bytes) {
  const int code = writeAll(file_.get(), position, bytes);
  if (code == 0) return {};
  errno = code;
  return failure("Cannot write", part_);
}

Result<void> PartFile::commit(std::uint64_t size) {
  if (::fsync(file_.get()) != 0) {
    const Error error = failure("Cannot sync", part_);
    // What the disk holds is anybody's guess now.
    (void)discard();
    return error;
  }
  if (sizeOf(file_.get()) != size || !isSameFile(file_.get(), part_)) {
    return ErrorMaker::unexpected("Cannot finish " + part_,
                                  {.text = "another program has changed it"});
  }
  if (::rename(part_.c_str(), path_.c_str()) != 0) return failure("Cannot rename to", path_);
  isCommitted_ = true;
  ::unlink(note_.c_str());
  // A folder that cannot be read can be written to all the same, and not every file system syncs
  // folders.
  const UniqueFd folder(::open(folderOf(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder && ::fsync(folder.get()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    return failure("Cannot sync the folder of", path_);
  }
  return {};
}

Error PartFile::failure(std::string_view what, const std::string& path) const {
  const int code = errno;
  return ErrorMaker::unexpected(std::string(what) + " " + path,
                                {.code = code, .text = systemText(code)});
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
