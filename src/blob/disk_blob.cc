#include "blob/disk_blob.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "blob/io_error.h"
#include "blob/whole_io.h"

namespace argot::blob {
namespace {

constexpr mode_t file_mode = 0600;

// O_NONBLOCK does nothing for files; it keeps a planted FIFO from stopping the caller.
constexpr int read_flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
constexpr int stage_flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

int open_retrying(FileOps& operations, const EntryName& entry, int flags) {
  int opened = -EINTR;
  while (opened == -EINTR) opened = operations.openat(entry, flags, file_mode);
  return opened;
}

}  // namespace

Result<std::unique_ptr<DiskStagedBlob>> DiskStagedBlob::open(const StagePlace& place, BlobId id) {
  const int opened = open_retrying(place.operations, place.temporary.entry(id.text()), stage_flags);
  if (opened < 0) return fail(io_error("create", -opened));
  return std::unique_ptr<DiskStagedBlob>(
      new DiskStagedBlob(place, std::move(id), UniqueFd(opened)));
}

DiskStagedBlob::DiskStagedBlob(const StagePlace& place, BlobId id, UniqueFd file)
    : place_(place), id_(std::move(id)), file_(std::move(file)) {}

DiskStagedBlob::~DiskStagedBlob() {
  // If this fails, the next start empties tmp/.
  if (has_temporary_name_) place_.operations.unlinkat(place_.temporary.entry(id_.text()));
}

Result<> DiskStagedBlob::write(Bytes chunk) {
  ASSERT(state_ == State::writing);
  TRY_DO(sha256_.write(chunk));
  if (auto written = write_whole(place_.operations, file_.get(), chunk); !written) {
    return abandon(std::move(written).error());
  }
  written_ += chunk.size();
  return write_behind();
}

// Started early, the disk works while the rest arrives, and the sync at the end is short.
Result<> DiskStagedBlob::write_behind() {
  const std::uint64_t behind = written_ - written_behind_;
  if (behind < limits::write_behind_bytes) return {};
  const int started = place_.operations.sync_file_range(file_.get(), written_behind_, behind);
  written_behind_ = written_;
  // Only a hint where a file system does not know it; but a disk that fails says so here as well.
  const bool is_unknown =
      started == -EINVAL || started == -ENOSYS || started == -ESPIPE || started == -EINTR;
  if (started < 0 && !is_unknown) return abandon(io_error("sync_file_range", -started));
  return {};
}

Result<> DiskStagedBlob::finish() {
  ASSERT(state_ == State::writing);
  state_ = State::finished;
  return sha256_.finish();
}

Result<> DiskStagedBlob::read(std::uint64_t offset, MutableBytes out) {
  ASSERT(state_ == State::finished);
  return read_whole(place_.operations, file_.get(), offset, out);
}

Result<> DiskStagedBlob::seal() {
  ASSERT(state_ == State::finished);
  FileOps& operations = place_.operations;
  const int synced = operations.fdatasync(file_.get());
  if (synced < 0) return abandon(io_error("fdatasync", -synced));

  const EntryName sealed_name = place_.shard.entry(id_.text());
  const std::uint64_t failures_before = place_.shard.failures();
  const int renamed =
      operations.renameat2(place_.temporary.entry(id_.text()), sealed_name, RENAME_NOREPLACE);
  if (renamed < 0) return abandon(io_error("rename", -renamed));
  has_temporary_name_ = false;

  if (auto durable = place_.shard.sync(failures_before); !durable) {
    operations.unlinkat(sealed_name);
    return abandon(std::move(durable).error());
  }
  state_ = State::sealed;
  file_.close();
  return {};
}

std::unexpected<Error> DiskStagedBlob::abandon(Error error) {
  state_ = State::failed;
  file_.close();
  if (std::exchange(has_temporary_name_, false)) {
    place_.operations.unlinkat(place_.temporary.entry(id_.text()));
  }
  return fail(std::move(error));
}

Result<std::unique_ptr<DiskReader>> DiskReader::open(FileOps& operations, const Directory& shard,
                                                     const BlobId& id) {
  const int opened = open_retrying(operations, shard.entry(id.text()), read_flags);
  if (opened == -ENOENT) return fail(ErrorCode::content_missing, id.text());
  // ELOOP is a symbolic link, ENXIO a socket or a FIFO without a writer.
  if (opened == -ELOOP || opened == -ENXIO) return fail(ErrorCode::content_corrupt, id.text());
  if (opened < 0) return fail(io_error("open", -opened));
  UniqueFd file(opened);

  struct stat facts{};
  const int known = operations.fstat(file.get(), facts);
  if (known < 0) return fail(io_error("fstat", -known));
  if (!S_ISREG(facts.st_mode)) return fail(ErrorCode::content_corrupt, id.text());
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  // Worth a call only where there is much to read ahead.
  if (size >= limits::write_behind_bytes) ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::unique_ptr<DiskReader>(new DiskReader(operations, std::move(file), size));
}

DiskReader::DiskReader(FileOps& operations, UniqueFd file, std::uint64_t size)
    : operations_(operations), file_(std::move(file)), size_(size) {}

Result<> DiskReader::read(std::uint64_t offset, MutableBytes out) {
  return read_whole(operations_, file_.get(), offset, out);
}

void DiskReader::drop_cached(std::uint64_t offset, std::uint64_t bytes) {
  // Only whole pages that are clean go, which those of sealed content are.
  static_cast<void>(::posix_fadvise(file_.get(), static_cast<off_t>(offset),
                                    static_cast<off_t>(bytes), POSIX_FADV_DONTNEED));
}

}  // namespace argot::blob
