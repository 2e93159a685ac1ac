#include "blob/whole_io.h"

#include <cerrno>
#include <cstddef>

#include "blob/io_error.h"

namespace argot::blob {

Result<> read_whole(FileOps& operations, int file, std::uint64_t offset, MutableBytes out) {
  while (!out.empty()) {
    const ssize_t got = operations.pread(file, out, offset);
    if (got == -EINTR) continue;
    if (got < 0) return fail(io_error("pread", static_cast<int>(-got)));
    if (got == 0) return fail(ErrorCode::content_corrupt, "content ends early");
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Result<> write_whole(FileOps& operations, int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = operations.write(file, bytes);
    if (taken == -EINTR) continue;
    // Nothing written and no error would go on for ever.
    if (taken <= 0) return fail(io_error("write", taken == 0 ? EIO : static_cast<int>(-taken)));
    bytes = bytes.subspan(static_cast<std::size_t>(taken));
  }
  return {};
}

}  // namespace argot::blob
