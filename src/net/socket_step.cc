#include "net/socket_step.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/assert.h"

namespace argot::net {
namespace {

// What a system call came to that has to be tried again once `wanted` is there.
template <typename Call>
SocketStep step(SocketStep::Wait wanted, const Call& call) {
  for (;;) {
    const ssize_t bytes = call();
    if (bytes >= 0) return {.bytes = static_cast<std::size_t>(bytes)};
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return {.wait = wanted};
    return {.file_failed = is_error_of_file(errno)};
  }
}

}  // namespace

bool is_error_of_file(int error) {
  switch (error) {
    case EIO:        // what a disk cannot read any more
    case ENODATA:    // the same, from the block device; here also a file that is shorter
    case EBADMSG:    // a checksum of the file system's own
    case EUCLEAN:    // its structures are damaged
    case ESTALE:     // a server of files has lost it
    case EREMOTEIO:  // or cannot read it
    case ENXIO:      // the device is gone
    case ENODEV:
      return true;
    default:
      return false;
  }
}

SocketStep receive_now(int descriptor, MutableBytes room) {
  ASSERT(!room.empty());
  return step(SocketStep::Wait::readable,
              [&] { return ::recv(descriptor, room.data(), room.size(), MSG_DONTWAIT); });
}

SocketStep send_now(int descriptor, Bytes bytes, int flags) {
  ASSERT(!bytes.empty());
  return step(SocketStep::Wait::writable, [&] {
    return ::send(descriptor, bytes.data(), bytes.size(), flags | MSG_DONTWAIT | MSG_NOSIGNAL);
  });
}

SocketStep send_file_now(int descriptor, int file, std::uint64_t offset, std::uint64_t bytes) {
  ASSERT(bytes > 0);
  auto from = static_cast<off_t>(offset);
  return step(SocketStep::Wait::writable, [&]() -> ssize_t {
    const ssize_t sent = ::sendfile(descriptor, file, &from, static_cast<std::size_t>(bytes));
    if (sent != 0) return sent;
    errno = ENODATA;
    return -1;
  });
}

}  // namespace argot::net
