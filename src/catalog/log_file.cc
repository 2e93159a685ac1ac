#include "catalog/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <span>
#include <system_error>
#include <vector>

#include "base/bytes.h"
#include "base/unique_fd.h"

namespace argot::catalog {
namespace {

constexpr std::size_t chunk_bytes = 1_MiB;

std::unexpected<Error> system_failure() {
  const ErrorCode code =
      errno == ENOSPC || errno == EDQUOT ? ErrorCode::insufficient_storage : ErrorCode::internal;
  return fail(code, std::generic_category().message(errno));
}

Result<> write_at(int file, off_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure();
    offset += written;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<> write_again(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return system_failure();
  std::vector<std::byte> chunk(chunk_bytes);
  for (off_t offset = 0;;) {
    const ssize_t got = ::pread(file.get(), chunk.data(), chunk.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure();
    if (got == 0) break;
    TRY_DO(write_at(file.get(), offset, std::span(chunk).first(static_cast<std::size_t>(got))));
    offset += got;
  }
  if (::fdatasync(file.get()) != 0) return system_failure();
  return {};
}

}  // namespace argot::catalog
