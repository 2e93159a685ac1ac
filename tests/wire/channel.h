// The ways a transcript's requests reach a service: in process, or over a socket, cut at random.
#pragma once

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "tests/support/in_process.h"
#include "tests/support/socket_client.h"

namespace argot::wire {

class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  // The reply to one request; nothing if none came whole. `to_head` says that it has no body.
  virtual std::optional<testing::WireReply> send(std::string_view request_bytes, bool to_head) = 0;
};

// Bodies come in pieces of a random size.
class InProcessChannel final : public Channel {
 public:
  InProcessChannel(http::Service& service, const Clock& clock, unsigned seed);

  std::optional<testing::WireReply> send(std::string_view request_bytes, bool to_head) override;

 private:
  testing::InProcessClient client_;
  std::mt19937 random_;
};

// One connection for as long as the server keeps it; whatever is sent goes out in random pieces.
class SocketChannel final : public Channel {
 public:
  // `address` is "127.0.0.1:PORT".
  SocketChannel(std::string address, unsigned seed);

  std::optional<testing::WireReply> send(std::string_view request_bytes, bool to_head) override;

 private:
  void send_cut(std::string_view bytes);

  std::string address_;
  std::mt19937 random_;
  std::unique_ptr<testing::SocketClient> client_;
};

}  // namespace argot::wire
