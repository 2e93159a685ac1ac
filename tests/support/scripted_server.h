// A server that does to its clients what a test tells it to, over real loopback sockets: it sends
// any bytes, closes, resets or says nothing at any point, and remembers the requests that it read.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/bytes.h"
#include "base/unique_fd.h"

namespace argot::testing {

// What carries the bytes of one connection: the socket itself, or TLS over it.
class Wire {
 public:
  Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  virtual ~Wire() = default;

  // 0 once nothing more will come, for whatever reason.
  virtual std::size_t read(MutableBytes room) = 0;
  virtual bool write(std::string_view bytes) = 0;
};

// The connection as a script sees it. All its methods return at once when the server ends.
class ScriptedConnection {
 public:
  // From 0, in the order of their arrival.
  int index() const { return index_; }

  // The head of the next request with its empty line; "" if the client closed before.
  std::string read_head();
  // The next request as it came over the wire, chunks included; "" if the client closed before.
  std::string read_request();
  // Exactly so many bytes, which are dropped, or fewer if the client closes before.
  std::size_t skip(std::size_t count);
  // Everything until the client closes, dropped.
  std::size_t skip_all();

  bool send(std::string_view bytes);
  void finish_sending();
  void close();
  // The client's next read or write fails with ECONNRESET.
  void reset();
  // Says and reads nothing until the server ends.
  void stall();

 private:
  friend class ScriptedServer;

  ScriptedConnection(int index, int socket, std::shared_future<void> end,
                     const std::function<std::unique_ptr<Wire>(int)>& wrap);

  bool read_more();
  std::string take(std::size_t count);
  void shut_down();

  const int index_;
  std::mutex mutex_;
  UniqueFd socket_;
  std::shared_future<void> end_;
  std::unique_ptr<Wire> wire_;
  std::string received_;
};

class ScriptedServer {
 public:
  // Runs on a thread of its own for each connection, which is closed when it returns.
  using Script = std::function<void(ScriptedConnection&)>;
  // Makes TLS, or whatever else, out of an accepted socket; null if that fails.
  using Wrap = std::function<std::unique_ptr<Wire>(int socket)>;

  explicit ScriptedServer(Script script, Wrap wrap = {});
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  // Ends every connection.
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  // "127.0.0.1:PORT"
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url(std::string_view path) const {
    return std::string("http://").append(address()).append(path);
  }

  int accepted() const { return accepted_; }

 private:
  void accept_all();

  Script script_;
  Wrap wrap_;
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::promise<void> end_;
  std::shared_future<void> ended_;
  std::atomic<int> accepted_ = 0;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ScriptedConnection>> connections_;
  std::vector<std::jthread> threads_;
  std::jthread acceptor_;
};

// A port where connecting takes forever: its queue is full and nobody accepts.
class FullBacklog {
 public:
  FullBacklog();
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

 private:
  UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::vector<UniqueFd> fillers_;
};

// A port where nobody listens.
std::uint16_t closed_port();

}  // namespace argot::testing
