#include "tests/wire/channel.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace argot::wire {
namespace {

constexpr std::size_t in_process_piece_max = 300;
constexpr std::size_t socket_pieces_max = 12;

}  // namespace

InProcessChannel::InProcessChannel(http::Service& service, const Clock& clock, unsigned seed)
    : client_(service, clock), random_(seed) {}

std::optional<testing::WireReply> InProcessChannel::send(std::string_view request_bytes,
                                                         bool /*to_head*/) {
  return client_.send(request_bytes, 1 + random_() % in_process_piece_max);
}

SocketChannel::SocketChannel(std::string address, unsigned seed)
    : address_(std::move(address)), random_(seed) {}

std::optional<testing::WireReply> SocketChannel::send(std::string_view request_bytes,
                                                      bool to_head) {
  if (!client_) client_ = std::make_unique<testing::SocketClient>(address_);
  send_cut(request_bytes);
  constexpr int final_status_min = 200;
  auto reply = client_->read_reply(to_head);
  while (reply && reply->status < final_status_min) reply = client_->read_reply(to_head);
  if (!reply || equals_ignoring_case(reply->header("Connection"), "close")) client_ = nullptr;
  return reply;
}

void SocketChannel::send_cut(std::string_view bytes) {
  std::size_t pieces = 1 + random_() % socket_pieces_max;
  while (!bytes.empty()) {
    const std::size_t rest = bytes.size();
    const std::size_t size =
        pieces-- > 1 ? 1 + random_() % std::min(rest, 2 * rest / pieces) : rest;
    // A server that has answered already may have closed: its reply is still to be read.
    if (!client_->send(bytes.substr(0, size))) return;
    bytes.remove_prefix(size);
  }
}

}  // namespace argot::wire
