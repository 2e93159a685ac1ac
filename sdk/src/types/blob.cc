#include "argot_open_ai/types/blob.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "base/unique_fd.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

// A part of a content; it may reach beyond the end.
struct BlobRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  // Of a content of so many bytes.
  BlobRange within(std::uint64_t size) const {
    return {.begin = std::min(begin, size), .end = std::clamp(end, std::min(begin, size), size)};
  }
  std::uint64_t bytes() const { return end - begin; }
};

// What all copies of a Blob share. Thread-safe.
class BlobState {
 public:
  BlobState(BlobOptions options, std::string nameOtherwise)
      : name_(std::move(options.name).value_or(std::move(nameOtherwise))),
        type_(std::move(options.type)) {}
  BlobState(const BlobState&) = delete;
  BlobState& operator=(const BlobState&) = delete;
  virtual ~BlobState() = default;

  const std::string& name() const noexcept { return name_; }
  const std::string& type() const noexcept { return type_; }

  virtual std::optional<std::uint64_t> size() const = 0;
  // `self` is this, for sources that outlive the Blob. Content that is cut has a size.
  virtual std::unique_ptr<ByteSource> open(const std::shared_ptr<const BlobState>& self,
                                           std::optional<BlobRange> cut) const = 0;
  virtual std::string stamp() const = 0;

 private:
  std::string name_;
  std::string type_;
};

}  // namespace detail

namespace {

using detail::BlobRange;

constexpr std::string_view nameOfBytes = "blob";

class MemorySource final : public ByteSource {
 public:
  // `bytes` belong to `owner`.
  MemorySource(std::shared_ptr<const detail::BlobState> owner, std::string_view bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  std::optional<std::uint64_t> size() const override { return bytes_.size(); }

  std::size_t read(std::span<std::byte> room) override {
    const std::size_t count = std::min(room.size(), bytes_.size() - taken_);
    if (count > 0) std::memcpy(room.data(), bytes_.data() + taken_, count);
    taken_ += count;
    return count;
  }

  bool rewind() override {
    taken_ = 0;
    return true;
  }

 private:
  std::shared_ptr<const detail::BlobState> owner_;
  std::string_view bytes_;
  std::size_t taken_ = 0;
};

class MemoryState final : public detail::BlobState {
 public:
  MemoryState(std::string bytes, BlobOptions options)
      : BlobState(std::move(options), std::string(nameOfBytes)), bytes_(std::move(bytes)) {}

  std::optional<std::uint64_t> size() const override { return bytes_.size(); }

  std::unique_ptr<ByteSource> open(const std::shared_ptr<const BlobState>& self,
                                   std::optional<BlobRange> cut) const override {
    std::string_view bytes = bytes_;
    if (cut) {
      const BlobRange range = cut->within(bytes_.size());
      bytes = bytes.substr(range.begin, range.bytes());
    }
    return std::make_unique<MemorySource>(self, bytes);
  }

  // FNV-1a: enough to tell one content from another that nobody made to look like it.
  std::string stamp() const override {
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : bytes_) hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    return std::to_string(bytes_.size()) + "-" + std::to_string(hash);
  }

 private:
  std::string bytes_;
};

[[noreturn]] void failWith(int error, const char* action, const std::string& path) {
  throw std::system_error(error, std::generic_category(), action + (" " + path));
}

// A time of a file, as the system keeps it.
struct FileTime {
  time_t seconds = 0;
  long nanoseconds = 0;

  explicit FileTime(const timespec& time) : seconds(time.tv_sec), nanoseconds(time.tv_nsec) {}
  friend bool operator==(const FileTime&, const FileTime&) = default;

  std::string text() const { return std::to_string(seconds) + "." + std::to_string(nanoseconds); }
};

// What must not change while a file is sent.
struct Stamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  FileTime written;
  // Nobody can set this one: `cp -p` of another file over it leaves all the rest as it was.
  FileTime changed;
  nlink_t names = 0;
  bool isRegular = false;

  explicit Stamp(const struct stat& status)
      : device(status.st_dev),
        inode(status.st_ino),
        size(status.st_size),
        written(status.st_mtim),
        changed(status.st_ctim),
        names(status.st_nlink),
        isRegular(S_ISREG(status.st_mode)) {}

  // Whether the content is still what it was at `first`. A name that came or went, as when another
  // file takes this one's place, changes the status and nothing in the content.
  bool isStill(const Stamp& first) const {
    return device == first.device && inode == first.inode && size == first.size &&
           written == first.written && isRegular == first.isRegular &&
           (changed == first.changed || names != first.names);
  }

  // Pipes and devices have none.
  std::optional<std::uint64_t> bytes() const {
    return isRegular ? std::optional(static_cast<std::uint64_t>(size)) : std::nullopt;
  }

  // Without the device, whose number may be another after a restart of the system.
  std::string text() const {
    return std::to_string(size) + "-" + std::to_string(inode) + "-" + written.text() + "-" +
           changed.text();
  }
};

struct stat statusOf(const UniqueFd& file, const std::string& path) {
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) failWith(errno, "cannot look at", path);
  return status;
}

class FileSource final : public ByteSource {
 public:
  // Only regular files are cut.
  FileSource(UniqueFd file, Stamp stamp, std::string path, std::optional<BlobRange> cut)
      : file_(std::move(file)), stamp_(stamp), path_(std::move(path)) {
    if (stamp_.isRegular) range_ = cut.value_or(BlobRange{.end = *stamp_.bytes()});
    isCut_ = cut.has_value();
    if (range_.begin > 0 && !seek()) failWith(errno, "cannot read", path_);
  }

  std::optional<std::uint64_t> size() const override {
    return stamp_.isRegular ? std::optional(range_.bytes()) : std::nullopt;
  }

  std::size_t read(std::span<std::byte> room) override {
    if (ended_) return 0;
    // A whole file is read on beyond its end, which shows that it grew.
    if (isCut_) room = room.first(std::min<std::uint64_t>(room.size(), range_.bytes() - taken_));
    const std::size_t count = readSome(room);
    taken_ += count;
    // Before the last byte is handed out, because nobody may ask for what comes after it.
    if (stamp_.isRegular && (count == 0 || taken_ >= range_.bytes())) {
      checkUnchanged();
      ended_ = true;
    }
    return count;
  }

  bool rewind() override {
    if (!stamp_.isRegular || !seek()) return false;
    taken_ = 0;
    ended_ = false;
    return true;
  }

 private:
  bool seek() const {
    const auto begin = static_cast<off_t>(range_.begin);
    return ::lseek(file_.get(), begin, SEEK_SET) == begin;
  }

  std::size_t readSome(std::span<std::byte> room) const {
    for (;;) {
      const ssize_t count = ::read(file_.get(), room.data(), room.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) failWith(errno, "cannot read", path_);
    }
  }

  void checkUnchanged() const {
    // Files of /proc give bytes although they have no size: these count as changed as well.
    if (taken_ == range_.bytes() && Stamp(statusOf(file_, path_)).isStill(stamp_)) return;
    throw std::runtime_error("the file changed while it was sent: " + path_);
  }

  UniqueFd file_;
  Stamp stamp_;
  std::string path_;
  BlobRange range_{};  // of a regular file
  bool isCut_ = false;
  std::uint64_t taken_ = 0;
  bool ended_ = false;
};

class FileState final : public detail::BlobState {
 public:
  FileState(std::string path, BlobOptions options)
      : BlobState(std::move(options), lastPart(path)), path_(std::move(path)) {}

  std::optional<std::uint64_t> size() const override {
    {
      const std::lock_guard lock(mutex_);
      if (first_) return first_->bytes();
    }
    struct stat status{};
    if (::stat(path_.c_str(), &status) != 0) return std::nullopt;
    return Stamp(status).bytes();
  }

  std::unique_ptr<ByteSource> open(const std::shared_ptr<const BlobState>& /*self*/,
                                   std::optional<BlobRange> cut) const override {
    auto [file, stamp] = opened();
    if (cut && !stamp.isRegular) failWith(ESPIPE, "cannot take a part of", path_);
    if (cut) cut = cut->within(*stamp.bytes());
    return std::make_unique<FileSource>(std::move(file), stamp, path_, cut);
  }

  std::string stamp() const override { return opened().stamp.text(); }

 private:
  struct Opened {
    UniqueFd file;
    Stamp stamp;
  };

  Opened opened() const {
    // Else another file would be opened, whose name ends at the NUL.
    const std::size_t end = path_.find('\0');
    if (end != std::string::npos) failWith(EINVAL, "cannot open", path_.substr(0, end));
    UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file) failWith(errno, "cannot open", path_);
    const struct stat status = statusOf(file, path_);
    if (S_ISDIR(status.st_mode)) failWith(EISDIR, "cannot open", path_);
    const Stamp stamp(status);
    if (stamp.isRegular) {
      checkIsTheFirst(stamp);
      // Only a hint.
      (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    return {.file = std::move(file), .stamp = stamp};
  }

  static std::string lastPart(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::string_view part = path.substr(path.rfind('/') + 1);
    return std::string(part.empty() ? nameOfBytes : part);
  }

  void checkIsTheFirst(const Stamp& stamp) const {
    const std::lock_guard lock(mutex_);
    if (!first_) first_ = stamp;
    if (stamp.isStill(*first_)) return;
    throw std::runtime_error("the file is not the one of the first attempt any more: " + path_);
  }

  mutable std::mutex mutex_;
  mutable std::optional<Stamp> first_;
  std::string path_;
};

// A part of another state's content.
class SliceState final : public detail::BlobState {
 public:
  SliceState(std::shared_ptr<const BlobState> whole, BlobRange range)
      : BlobState({.name = whole->name(), .type = whole->type()}, {}),
        whole_(std::move(whole)),
        range_(range) {}

  std::optional<std::uint64_t> size() const override {
    const auto size = whole_->size();
    return size ? std::optional(range_.within(*size).bytes()) : std::nullopt;
  }

  std::unique_ptr<ByteSource> open(const std::shared_ptr<const BlobState>& /*self*/,
                                   std::optional<BlobRange> cut) const override {
    return whole_->open(whole_, cut ? inWhole(*cut) : range_);
  }

  std::string stamp() const override {
    return whole_->stamp() + "/" + std::to_string(range_.begin) + "-" + std::to_string(range_.end);
  }

 private:
  BlobRange inWhole(BlobRange cut) const {
    const BlobRange within = cut.within(range_.bytes());
    return {.begin = range_.begin + within.begin, .end = range_.begin + within.end};
  }

  std::shared_ptr<const BlobState> whole_;
  BlobRange range_;
};

std::string copyOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

Blob::Blob() : Blob(std::string()) {}

Blob::Blob(std::string bytes, BlobOptions options)
    : state_(std::make_shared<const MemoryState>(std::move(bytes), std::move(options))) {}

Blob::Blob(std::span<const std::byte> bytes, BlobOptions options)
    : Blob(copyOf(bytes), std::move(options)) {}

Blob::Blob(std::shared_ptr<const detail::BlobState> state) noexcept : state_(std::move(state)) {}

const std::string& Blob::name() const noexcept { return state_->name(); }

const std::string& Blob::type() const noexcept { return state_->type(); }

std::optional<std::uint64_t> Blob::size() const { return state_->size(); }

std::unique_ptr<ByteSource> Blob::open() const { return state_->open(state_, std::nullopt); }

Blob Blob::slice(std::uint64_t begin, std::uint64_t end) const {
  return Blob(std::make_shared<const SliceState>(
      state_, BlobRange{.begin = begin, .end = std::max(begin, end)}));
}

std::string Blob::stamp() const { return state_->stamp(); }

Blob openAsBlob(std::string path, BlobOptions options) {
  return Blob(std::make_shared<const FileState>(std::move(path), std::move(options)));
}

FileContent::FileContent() : FileContent(Blob()) {}
FileContent::FileContent(std::string bytes) : FileContent(Blob(std::move(bytes))) {}
FileContent::FileContent(std::string_view bytes) : FileContent(std::string(bytes)) {}
FileContent::FileContent(const char* text)
    : FileContent(std::string(text == nullptr ? "" : text)) {}
FileContent::FileContent(std::span<const std::byte> bytes) : FileContent(Blob(bytes)) {}
FileContent::FileContent(Blob blob) : blob_(std::move(blob)) {}
FileContent::FileContent(std::istream& stream) : FileContent(sourceOf(stream)) {}
FileContent::FileContent(std::shared_ptr<ByteSource> source)
    : blob_(std::shared_ptr<const detail::BlobState>()),
      isBlob_(false),
      source_(std::move(source)) {}

std::shared_ptr<ByteSource> FileContent::open() const {
  if (isBlob_) return blob_.open();
  if (!source_) throw std::invalid_argument("the content of a file is a null pointer");
  return source_;
}

}  // namespace v0
}  // namespace argot::openai
