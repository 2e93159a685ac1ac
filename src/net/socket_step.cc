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
    return {};
  }
}

}  // namespace

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
  return step(SocketStep::Wait::writable,
              [&] { return ::sendfile(descriptor, file, &from, static_cast<std::size_t>(bytes)); });
}

}  // namespace argot::net
