// A plain blocking client for tests, over TCP or a Unix socket: it sends exactly the bytes it is
// told to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace argot::testing {

// One reply as it came over the wire.
struct WireReply {
  int status = 0;
  std::string head;  // status line and headers, without the empty line
  std::string body;

  // The value of the first header of that name, in any case; "" if there is none.
  std::string header(std::string_view name) const;
};

class SocketClient {
 public:
  // `address` is "127.0.0.1:PORT" or "unix:PATH". Ends the test program if nobody listens there.
  explicit SocketClient(const std::string& address);

  // False if the server has closed the connection.
  bool send(std::string_view bytes);
  void finish_sending();

  // The next reply, its body read by Content-Length; nothing if the connection ended before it was
  // complete. `to_head` says that no body follows.
  std::optional<WireReply> read_reply(bool to_head = false);

  // Everything until the server closes.
  std::string read_all();

  // Waits until so many bytes have come that nobody has read; false if the server closes before.
  bool receive(std::size_t bytes);

  // Whether the server has closed, and nothing is left to read. Waits for either.
  bool is_closed();

 private:
  bool read_more();

  UniqueFd socket_;
  std::string received_;
};

}  // namespace argot::testing
