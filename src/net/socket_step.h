// One step on a socket that does not block, by any thread: who must wait does that on a loop.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace argot::net {

// What a step came to: bytes, an end, or what has to be waited for before the same step is tried
// once more.
struct SocketStep {
  enum class Wait : std::uint8_t { none, readable, writable };
  std::size_t bytes = 0;
  Wait wait = Wait::none;
  bool file_failed = false;  // an end that is the fault of the file that was to be sent

  bool is_end() const { return bytes == 0 && wait == Wait::none; }
};

// What has come already, as far as there is room for it, of which there must be some. An error is
// an end.
SocketStep receive_now(int descriptor, MutableBytes room);

// As many of `bytes`, of which there must be some, as there is room for now. `flags` as in send(2).
// An error is an end.
SocketStep send_now(int descriptor, Bytes bytes, int flags);

// The same of a file's bytes from `offset` on, by a socket that does not block. Where the file has
// none, or cannot be read, it failed.
SocketStep send_file_now(int descriptor, int file, std::uint64_t offset, std::uint64_t bytes);

// Whether what sendfile(2) says is of the file, and not of the socket.
bool is_error_of_file(int error);

}  // namespace argot::net
