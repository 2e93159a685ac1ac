#include "blob/disk_layout.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "blob/io_error.h"

namespace argot::blob {
namespace {

constexpr mode_t directory_mode = 0700;
constexpr mode_t marker_mode = 0600;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr std::string_view marker_prefix = "argot blobs ";
constexpr std::uint64_t format = 1;
const char* const marker_name = "FORMAT";

std::string_view mend(int number) {
  switch (number) {
    case ENOENT:
      return "create its parent folder first, or choose another folder";
    case EACCES:
    case EPERM:
      return "give this user the right to write there, or choose another folder";
    case EROFS:
      return "mount its file system for writing, or choose another folder";
    case ENOSPC:
    case EDQUOT:
      return "free some space, or choose another folder";
    case ENOTDIR:
    case ELOOP:
      return "something else has that name; move it away, or choose another folder";
    case EMFILE:
    case ENFILE:
      return "allow more open files (ulimit -n 4096)";
    case EINVAL:
      return "its file system lacks what Argot needs; use a local one such as ext4 or XFS";
    default:
      return "see the system's log, or choose another folder";
  }
}

class LayoutBuilder {
 public:
  LayoutBuilder(const std::string& root, FileOps& operations)
      : path_(root), operations_(operations) {}

  Result<DiskLayout> build() {
    TRY_DO(open_root());
    TRY(const bool is_ours, read_marker());
    is_new_ = !is_ours;
    TRY(layout_.temporary, open_child(*layout_.root, "tmp"));
    if (!is_ours) TRY_DO(refuse_foreign_temporary());
    const int writable = operations_.writable(layout_.temporary->descriptor());
    if (writable < 0) return cannot("write into", "/tmp", -writable);
    TRY(layout_.blobs, open_child(*layout_.root, "blobs"));
    for (std::size_t number = 0; number < shard_count; ++number) {
      TRY(layout_.shards[number], open_child(*layout_.blobs, shard_name(number)));
    }
    // Whatever is missing in an old folder was lost in a copy of it, and is made again.
    if (is_new_) TRY_DO(make_folders_durable());
    if (!is_ours) TRY_DO(write_marker());
    return std::move(layout_);
  }

 private:
  std::unexpected<Error> cannot(std::string_view what, std::string_view below, int number) const {
    return fail(ErrorCode::cannot_start, "cannot " + std::string(what) + " \"" + path_ +
                                             std::string(below) + "\": " + errno_text(number) +
                                             "; " + std::string(mend(number)));
  }

  Result<> open_root() {
    const int made = operations_.mkdirat({AT_FDCWD, path_.c_str()}, directory_mode);
    if (made < 0 && made != -EEXIST) return cannot("create the folder", "", -made);
    const int opened = operations_.openat({AT_FDCWD, path_.c_str()}, folder_flags, 0);
    if (opened < 0) return cannot("open the folder", "", -opened);
    layout_.root = std::make_unique<Directory>(operations_, UniqueFd(opened));
    return {};
  }

  // Whether this is a folder of ours. One that we cannot read is left alone.
  Result<bool> read_marker() {
    const EntryName entry{layout_.root->descriptor(), marker_name};
    const int opened = operations_.openat(entry, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0);
    if (opened == -ENOENT) return false;
    if (opened < 0) return cannot("open", "/FORMAT", -opened);
    const UniqueFd marker(opened);
    std::array<std::byte, 64> buffer{};
    const ssize_t filled = operations_.pread(marker.get(), buffer, 0);
    if (filled < 0) return cannot("read", "/FORMAT", static_cast<int>(-filled));

    std::string_view text = as_text(Bytes(buffer).first(static_cast<std::size_t>(filled)));
    std::optional<std::uint64_t> found;
    if (text.starts_with(marker_prefix) && text.ends_with('\n')) {
      text.remove_prefix(marker_prefix.size());
      text.remove_suffix(1);
      found = parse_decimal(text);
    }
    if (!found || *found == 0) {
      return fail(ErrorCode::cannot_start, "\"" + path_ +
                                               "/FORMAT\" is damaged or not Argot's; restore it "
                                               "from a backup, or choose another folder");
    }
    if (*found > format) {
      return fail(ErrorCode::cannot_start,
                  "the folder \"" + path_ + "\" has format " + std::to_string(*found) +
                      " and this program knows formats up to " + std::to_string(format) +
                      "; start the newer Argot that wrote it");
    }
    return true;
  }

  Result<std::unique_ptr<Directory>> open_child(const Directory& parent, const std::string& name) {
    const EntryName entry = parent.entry(name);
    int opened = operations_.openat(entry, folder_flags | O_NOFOLLOW, 0);
    if (opened == -ENOENT) {
      const int made = operations_.mkdirat(entry, directory_mode);
      if (made < 0) return cannot("create folders in", "", -made);
      is_new_ = true;
      opened = operations_.openat(entry, folder_flags | O_NOFOLLOW, 0);
    }
    if (opened < 0) return cannot("open the folders in", "", -opened);
    return std::make_unique<Directory>(operations_, UniqueFd(opened));
  }

  // recover() empties tmp/. Without our marker a tmp/ with files in it is somebody else's.
  Result<> refuse_foreign_temporary() {
    bool is_foreign = false;
    const auto listed = layout_.temporary->list([&](const std::string& name) -> Result<> {
      is_foreign = is_foreign || name != marker_name;
      return {};
    });
    if (!listed) {
      return fail(ErrorCode::cannot_start, "cannot list \"" + path_ +
                                               "/tmp\": " + listed.error().detail + "; " +
                                               std::string(mend(EIO)));
    }
    if (is_foreign) {
      return fail(ErrorCode::cannot_start,
                  "\"" + path_ + "/tmp\" has files that are not Argot's; choose another folder");
    }
    return {};
  }

  // A new name is durable when the directory that has it is; that goes for the root in its parent
  // as well. The shards themselves are empty, and each is synced with the first name in it.
  Result<> make_folders_durable() {
    for (Directory* const folder : {layout_.blobs.get(), layout_.root.get()}) {
      const int synced = operations_.fsync(folder->descriptor());
      if (synced < 0) return cannot("sync the folders in", "", -synced);
    }
    const EntryName above{layout_.root->descriptor(), ".."};
    const int opened = operations_.openat(above, folder_flags, 0);
    // A parent that may not be read was made by somebody else, and so was the root in it.
    if (opened == -EACCES) return {};
    if (opened < 0) return cannot("open the parent of", "", -opened);
    const UniqueFd parent(opened);
    const int synced = operations_.fsync(parent.get());
    if (synced < 0) return cannot("sync the parent of", "", -synced);
    return {};
  }

  Result<> write_marker() {
    const EntryName draft{layout_.temporary->descriptor(), marker_name};
    const EntryName final_name{layout_.root->descriptor(), marker_name};
    operations_.unlinkat(draft);  // Left by a start that was cut short, or not there.
    const int opened = operations_.openat(
        draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, marker_mode);
    if (opened < 0) return cannot("create files in", "/tmp", -opened);
    const UniqueFd marker(opened);

    const std::string text = std::string(marker_prefix) + std::to_string(format) + "\n";
    const ssize_t written = operations_.write(marker.get(), as_bytes(text));
    if (written < 0) return cannot("write", "/FORMAT", static_cast<int>(-written));
    if (static_cast<std::size_t>(written) < text.size()) return cannot("write", "/FORMAT", ENOSPC);
    if (const int synced = operations_.fdatasync(marker.get()); synced < 0) {
      return cannot("write", "/FORMAT", -synced);
    }
    const int renamed = operations_.renameat2(draft, final_name, RENAME_NOREPLACE);
    if (renamed < 0) return cannot("name files in", "", -renamed);
    if (const int synced = operations_.fsync(layout_.root->descriptor()); synced < 0) {
      return cannot("sync the folder", "", -synced);
    }
    return {};
  }

  const std::string& path_;
  FileOps& operations_;
  DiskLayout layout_;
  bool is_new_ = false;  // Something was made that is not durable yet.
};

}  // namespace

std::string shard_name(std::size_t number) {
  ASSERT(number < shard_count);
  const std::array<std::byte, 1> digits{static_cast<std::byte>(number)};
  return to_hex(digits);
}

std::size_t shard_number(const BlobId& id) {
  std::array<std::byte, 1> number{};
  ASSERT(parse_hex(std::string_view(id.text()).substr(0, 2), number));
  return std::to_integer<std::size_t>(number[0]);
}

Result<DiskLayout> open_disk_layout(const std::string& root, FileOps& operations) {
  return LayoutBuilder(root, operations).build();
}

}  // namespace argot::blob
