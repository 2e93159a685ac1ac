#include "tests/support/socket_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>

#include "base/text.h"

namespace argot::testing {
namespace {

constexpr std::string_view unix_scheme = "unix:";

UniqueFd connected_unix(const std::string& path) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un where{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof where.sun_path) std::abort();
  path.copy(where.sun_path, path.size());
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) std::abort();
  return socket;
}

UniqueFd connected_tcp(const std::string& address) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in where{};
  where.sin_family = AF_INET;
  const std::size_t colon = address.rfind(':');
  where.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &where.sin_addr);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) std::abort();
  return socket;
}

}  // namespace

std::string WireReply::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name))
      continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return "";
}

SocketClient::SocketClient(const std::string& address)
    : socket_(address.starts_with(unix_scheme) ? connected_unix(address.substr(unix_scheme.size()))
                                               : connected_tcp(address)) {}

bool SocketClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void SocketClient::finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

bool SocketClient::read_more() {
  std::array<char, 65536> buffer;  // NOLINT(*-member-init): filled by recv
  const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

std::optional<WireReply> SocketClient::read_reply(bool to_head) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  WireReply reply;
  reply.head = received_.substr(0, end);
  const std::string_view status = std::string_view(reply.head).substr(reply.head.find(' ') + 1, 3);
  reply.status = static_cast<int>(parse_decimal(status).value_or(0));
  received_.erase(0, end + 4);
  const std::uint64_t length = parse_decimal(reply.header("content-length")).value_or(0);
  if (to_head || reply.status < 200) return reply;
  if (!receive(length)) return std::nullopt;
  reply.body = received_.substr(0, length);
  received_.erase(0, length);
  return reply;
}

std::string SocketClient::read_all() {
  while (read_more()) {
  }
  return std::exchange(received_, {});
}

bool SocketClient::receive(std::size_t bytes) {
  while (received_.size() < bytes) {
    if (!read_more()) return false;
  }
  return true;
}

bool SocketClient::is_closed() { return received_.empty() && !read_more(); }

}  // namespace argot::testing
