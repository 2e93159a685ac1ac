#include "tests/support/cutting_proxy.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace argot::testing {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + path);
  std::memcpy(static_cast<void*>(address.sun_path), path.data(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::string server_folder, std::string socket_name)
    : server_path_(std::move(server_folder) + "/" + socket_name),
      listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = address_of(folder_ / socket_name);
  int ends[2] = {-1, -1};
  if (::bind(listener_.get(), generic(address), sizeof address) != 0 ||
      ::listen(listener_.get(), 64) != 0 || ::pipe2(ends, O_CLOEXEC) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
  wake_read_ = UniqueFd(ends[0]);
  wake_write_ = UniqueFd(ends[1]);
  thread_ = std::thread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
  is_ending_ = true;
  tell();
  thread_.join();
}

void CuttingProxy::cut_at(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  cut_at_ = text;
}

void CuttingProxy::cut_clients() {
  is_cutting_clients_ = true;
  tell();
  is_cutting_clients_.wait(true);
}

void CuttingProxy::tell() const {
  if (::write(wake_write_.get(), "!", 1) != 1) throw std::runtime_error("the proxy is deaf");
}

void CuttingProxy::serve() {
  while (!is_ending_) {
    std::vector<pollfd> waiting = {{.fd = listener_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = wake_read_.get(), .events = POLLIN, .revents = 0}};
    for (const Link& link : links_) {
      waiting.push_back({.fd = link.client.get(), .events = POLLIN, .revents = 0});
      waiting.push_back({.fd = link.server.get(), .events = POLLIN, .revents = 0});
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    char told = 0;
    if (waiting[1].revents != 0 && ::read(wake_read_.get(), &told, 1) != 1) return;
    std::size_t place = 2;
    for (auto link = links_.begin(); link != links_.end(); place += 2) {
      const bool is_alive = (waiting[place].revents == 0 || carry(*link, false)) &&
                            (waiting[place + 1].revents == 0 || carry(*link, true));
      link = is_alive ? std::next(link) : links_.erase(link);
    }
    if (is_cutting_clients_) {
      for (Link& link : links_) abandoned_.push_back(std::move(link.server));
      links_.clear();
      is_cutting_clients_ = false;
      is_cutting_clients_.notify_all();
    }
    if (waiting[0].revents != 0) accept_one();
  }
}

void CuttingProxy::accept_one() {
  UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client || !is_taking_) return;
  UniqueFd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(server_path_);
  if (::connect(server.get(), generic(address), sizeof address) != 0) return;
  links_.push_back({.client = std::move(client), .server = std::move(server)});
}

// False: one of the ends is gone, or is to go.
bool CuttingProxy::carry(Link& link, bool is_from_server) {
  const UniqueFd& from = is_from_server ? link.server : link.client;
  const UniqueFd& to = is_from_server ? link.client : link.server;
  char buffer[65'536];
  const ssize_t count = ::read(from.get(), buffer, sizeof buffer);
  if (count <= 0) return false;
  const std::string_view bytes(buffer, static_cast<std::size_t>(count));
  if (is_from_server) {
    const std::scoped_lock lock(mutex_);
    if (!cut_at_.empty() && bytes.find(cut_at_) != std::string_view::npos) {
      cut_at_.clear();
      ++cuts_;
      return false;
    }
  }
  return send_all(to.get(), bytes);
}

}  // namespace argot::testing
