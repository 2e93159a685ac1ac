#include "tests/support/scripted_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace argot::testing {

namespace {

class PlainWire final : public Wire {
 public:
  explicit PlainWire(int socket) : socket_(socket) {}

  std::size_t read(MutableBytes room) override {
    const ssize_t got = ::recv(socket_, room.data(), room.size(), 0);
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

 private:
  const int socket_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Listens on a port that the system picks.
std::pair<UniqueFd, std::uint16_t> listening(int backlog) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 || ::listen(socket.get(), backlog) != 0 ||
      ::getsockname(socket.get(), generic, &size) != 0) {
    std::abort();
  }
  return {std::move(socket), ntohs(address.sin_port)};
}

std::string header_of(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    if (!equals_ignoring_case(line.substr(0, colon), name)) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return "";
}

}  // namespace

ScriptedConnection::ScriptedConnection(int index, int socket, std::shared_future<void> end,
                                       const std::function<std::unique_ptr<Wire>(int)>& wrap)
    : index_(index),
      socket_(socket),
      end_(std::move(end)),
      wire_(wrap ? nullptr : std::make_unique<PlainWire>(socket)) {}

bool ScriptedConnection::read_more() {
  std::array<std::byte, 65536> buffer;  // NOLINT(*-member-init): filled by read
  const std::size_t got = wire_ ? wire_->read(buffer) : 0;
  received_.append(as_text(Bytes(buffer).first(got)));
  return got > 0;
}

std::string ScriptedConnection::take(std::size_t count) {
  std::string taken = received_.substr(0, count);
  received_.erase(0, count);
  return taken;
}

std::string ScriptedConnection::read_head() {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return "";
  }
  return take(end + 4);
}

std::string ScriptedConnection::read_request() {
  std::string request = read_head();
  if (header_of(request, "transfer-encoding") == "chunked") {
    while (!request.ends_with("\r\n0\r\n\r\n")) {
      if (received_.empty() && !read_more()) return "";
      request.append(take(1));
    }
    return request;
  }
  const std::uint64_t length = parse_decimal(header_of(request, "content-length")).value_or(0);
  while (received_.size() < length) {
    if (!read_more()) return "";
  }
  return request.append(take(length));
}

std::size_t ScriptedConnection::skip(std::size_t count) {
  std::size_t skipped = 0;
  while (skipped < count && (!received_.empty() || read_more())) {
    const std::size_t next = std::min(count - skipped, received_.size());
    received_.erase(0, next);
    skipped += next;
  }
  return skipped;
}

std::size_t ScriptedConnection::skip_all() { return skip(~std::size_t{0}); }

bool ScriptedConnection::send(std::string_view bytes) { return wire_ && wire_->write(bytes); }

void ScriptedConnection::finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

void ScriptedConnection::close() {
  const std::scoped_lock lock(mutex_);
  wire_.reset();
  socket_.close();
}

void ScriptedConnection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void ScriptedConnection::stall() { end_.wait(); }

void ScriptedConnection::shut_down() {
  const std::scoped_lock lock(mutex_);
  if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
}

ScriptedServer::ScriptedServer(Script script, Wrap wrap)
    : script_(std::move(script)), wrap_(std::move(wrap)), ended_(end_.get_future().share()) {
  std::tie(listener_, port_) = listening(SOMAXCONN);
  acceptor_ = std::jthread([this] { accept_all(); });
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::scoped_lock lock(mutex_);
    connections_.emplace_back(new ScriptedConnection(accepted_++, socket, ended_, wrap_));
    threads_.emplace_back([this, socket, connection = connections_.back().get()] {
      if (wrap_) connection->wire_ = wrap_(socket);
      script_(*connection);
      connection->close();
    });
  }
}

ScriptedServer::~ScriptedServer() {
  end_.set_value();
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  for (const auto& connection : connections_) connection->shut_down();
  threads_.clear();
}

FullBacklog::FullBacklog() {
  std::tie(listener_, port_) = listening(0);
  const sockaddr_in address = loopback(port_);
  // The system takes a few more than it was told. One that waits shows that the queue is full.
  for (bool is_full = false; !is_full;) {
    UniqueFd filler(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    (void)::connect(filler.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    pollfd ready{.fd = filler.get(), .events = POLLOUT, .revents = 0};
    constexpr int patience_ms = 100;
    is_full = ::poll(&ready, 1, patience_ms) == 0;
    fillers_.push_back(std::move(filler));
  }
}

std::uint16_t closed_port() { return listening(1).second; }

}  // namespace argot::testing
