#include "net/socket_step.h"

#include <sys/socket.h>

#include <cerrno>

#include "base/assert.h"

namespace argot::net {

SocketStep receive_now(int descriptor, MutableBytes room) {
  ASSERT(!room.empty());
  for (;;) {
    const ssize_t got = ::recv(descriptor, room.data(), room.size(), MSG_DONTWAIT);
    if (got >= 0) return {.bytes = static_cast<std::size_t>(got)};
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return {.wait = SocketStep::Wait::readable};
    return {};
  }
}

}  // namespace argot::net
