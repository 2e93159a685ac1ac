#include "net/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstring>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "base/worker_pool.h"
#include "net/asio_types.h"
#include "net/connection.h"
#include "net/unix_listener.h"

namespace argot::net {
namespace {

using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;

// How exactly deadlines are kept.
constexpr std::chrono::milliseconds tick{100};
// How long to wait when there is no descriptor left for another connection.
constexpr std::chrono::milliseconds accept_pause{100};

// Counts the connections of all loops, and wakes who waits for the last one to end.
class ConnectionCount {
 public:
  void add() {
    const std::scoped_lock lock(mutex_);
    ++count_;
  }

  void remove() {
    const std::scoped_lock lock(mutex_);
    if (--count_ == 0) none_left_.notify_all();
  }

  std::size_t value() const {
    const std::scoped_lock lock(mutex_);
    return count_;
  }

  bool wait_for_none(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return none_left_.wait_for(lock, timeout, [this] { return count_ == 0; });
  }

  void wait_for_none() {
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t count_ = 0;
};

// One event loop, its thread and its connections.
class Loop {
 public:
  Loop(const ConnectionHost& host, ConnectionCount& count) : host_(host), count_(count) {}
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() { stop(); }

  asio::io_context& context() { return context_; }

  void run() {
    asio::co_spawn(context_, keep_deadlines(),
                   [](const std::exception_ptr& error) { ASSERT(error == nullptr); });
    thread_ = std::jthread([this] { context_.run(); });
  }

  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // The connection counts from here on.
  void serve(Socket socket) {
    count_.add();
    asio::post(context_, [this, socket = std::move(socket)]() mutable {
      auto connection = std::make_unique<Connection>(host_, std::move(socket));
      Connection* const borrowed = connection.get();
      connections_.insert(borrowed);
      asio::co_spawn(context_, borrowed->run(),
                     [this, connection = std::move(connection)](const std::exception_ptr& error) {
                       if (error) host_.log.error("connection_failed", {});
                       connections_.erase(connection.get());
                       count_.remove();
                     });
    });
  }

  void close_idle() {
    asio::post(context_, [this] {
      for (Connection* const connection : connections_) connection->close_if_idle();
    });
  }

  void cut_all() {
    asio::post(context_, [this] {
      for (Connection* const connection : connections_) connection->cut();
    });
  }

 private:
  // One timer for all connections: a deadline is a comparison, not a timer of its own. It is also
  // what keeps the loop running while it has no connection.
  Task<> keep_deadlines() {
    for (;;) {
      ticker_.expires_after(tick);
      const auto [error] = co_await ticker_.async_wait(no_throw);
      if (error) co_return;
      const SteadyTime now = host_.clock.steady();
      for (Connection* const connection : connections_) connection->check_deadline(now);
    }
  }

  const ConnectionHost& host_;
  ConnectionCount& count_;
  asio::io_context context_{1};
  Timer ticker_{context_.get_executor()};
  std::unordered_set<Connection*> connections_;  // owned by the handlers of their coroutines
  std::jthread thread_;
};

class SocketServer final : public Server {
 public:
  SocketServer(const ServerOptions& options, http::Service& service, const Clock& clock, Log& log)
      : options_(options),
        workers_(options.workers),
        host_{.options = options_,
              .service = service,
              .clock = clock,
              .log = log,
              .workers = workers_,
              .draining = draining_,
              .counters = counters_,
              .tls = options_.tls} {
    for (std::size_t count = 0; count < std::max<std::size_t>(options.loops, 1); ++count) {
      loops_.push_back(std::make_unique<Loop>(host_, count_));
    }
    acceptor_.emplace(loops_.front()->context().get_executor());
  }

  ~SocketServer() override { drain(std::chrono::milliseconds(0)); }

  Result<> listen() { return options_.socket_path.empty() ? listen_tcp() : listen_unix(); }

  std::string address() const override { return address_; }

  void run() override {
    asio::co_spawn(loops_.front()->context(), accept(),
                   [](const std::exception_ptr& error) { ASSERT(error == nullptr); });
    for (const auto& loop : loops_) loop->run();
    is_running_ = true;
  }

  void drain(std::chrono::milliseconds timeout) override {
    if (!std::exchange(is_running_, false)) return;
    draining_ = true;
    std::mutex mutex;
    std::condition_variable closed;
    bool is_closed = false;
    asio::post(loops_.front()->context(), [&] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
      unix_listener_.reset();
      const std::scoped_lock lock(mutex);
      is_closed = true;
      closed.notify_all();
    });
    {
      std::unique_lock lock(mutex);
      closed.wait(lock, [&] { return is_closed; });
    }
    for (const auto& loop : loops_) loop->close_idle();
    if (!count_.wait_for_none(timeout)) {
      host_.log.warning("drain_timeout", {{"connections", std::uint64_t{count_.value()}}});
      for (const auto& loop : loops_) loop->cut_all();
      if (options_.on_drain_timeout) options_.on_drain_timeout();
      // What runs on the workers ends by itself; the connections end after it.
      count_.wait_for_none();
    }
    for (const auto& loop : loops_) loop->stop();
  }

  std::size_t connections() const override { return count_.value(); }

  const ServerCounters& counters() const override { return counters_; }

 private:
  std::unexpected<Error> cannot_listen(const std::string& where, const std::string& why) const {
    return fail(ErrorCode::cannot_start, "cannot listen on " + where + ": " + why +
                                             "; give another address with " +
                                             std::string(options_.setting));
  }

  Result<> listen_tcp() {
    const std::string where = options_.host + ":" + std::to_string(options_.port);
    boost::system::error_code error;
    asio::ip::basic_resolver<asio::ip::tcp, Executor> resolver(
        loops_.front()->context().get_executor());
    const auto found = resolver.resolve(options_.host, std::to_string(options_.port),
                                        asio::ip::resolver_base::passive, error);
    if (error || found.empty()) return cannot_listen(where, error.message());
    const asio::ip::tcp::endpoint endpoint = *found.begin();
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(Acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(SOMAXCONN, error);
    if (error) return cannot_listen(where, error.message());
    const asio::generic::stream_protocol::endpoint picked = acceptor_->local_endpoint(error);
    asio::ip::tcp::endpoint bound;
    std::memcpy(bound.data(), picked.data(), std::min(picked.size(), bound.capacity()));
    const std::string host = bound.address().to_string();
    address_ =
        (bound.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(bound.port());
    return {};
  }

  Result<> listen_unix() {
    auto listener = UnixListener::open(options_.socket_path);
    if (!listener) return cannot_listen(options_.socket_path, listener.error().detail);
    boost::system::error_code error;
    acceptor_->assign(asio::generic::stream_protocol(AF_UNIX, 0), listener->release(), error);
    if (error) return cannot_listen(options_.socket_path, error.message());
    unix_listener_.emplace(*std::move(listener));
    address_ = "unix:" + options_.socket_path;
    return {};
  }

  Task<> accept() {
    std::size_t turn = 0;
    Timer pause(loops_.front()->context().get_executor());
    while (acceptor_->is_open()) {
      Loop& loop = *loops_[turn];
      turn = (turn + 1) % loops_.size();
      auto [error, socket] = co_await acceptor_->async_accept(loop.context(), no_throw);
      // drain() counts on it that nothing begins once the acceptor is closed, and a connection may
      // have been accepted right before.
      if (error == asio::error::operation_aborted || !acceptor_->is_open()) co_return;
      if (error) {
        host_.log.warning("accept_failed", {{"error", std::string_view(error.message())}});
        pause.expires_after(accept_pause);
        co_await pause.async_wait(no_throw);
        continue;
      }
      if (count_.value() >= options_.connections_max) {
        counters_.connections_refused.add();
        turn_away(socket);
        continue;
      }
      counters_.connections.add();
      loop.serve(std::move(socket));
    }
  }

  // Tells one connection too many to come back later, without waiting for what it wants. Before a
  // handshake nothing can be told.
  void turn_away(Socket& socket) {
    if (options_.tls != nullptr) return;
    http::Response response = host_.service.refuse(
        nullptr, Error{.code = ErrorCode::overloaded, .detail = {}, .param = {}});
    response.close = true;
    std::string reply = http::write_head(response, {.now = host_.clock.now()});
    if (const auto* const text = std::get_if<std::string>(&response.body)) reply += *text;
    const ssize_t sent =
        ::send(socket.native_handle(), reply.data(), reply.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) counters_.sent_bytes.add(static_cast<std::uint64_t>(sent));
  }

  ServerOptions options_;
  std::atomic<bool> draining_ = false;
  ServerCounters counters_;
  ConnectionCount count_;
  WorkerPool workers_;
  ConnectionHost host_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<Acceptor> acceptor_;
  std::optional<UnixListener> unix_listener_;  // takes the socket's name away with it
  std::string address_;
  bool is_running_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::open(const ServerOptions& options, http::Service& service,
                                             const Clock& clock, Log& log) {
  auto server = std::make_unique<SocketServer>(options, service, clock, log);
  TRY_DO(server->listen());
  return server;
}

}  // namespace argot::net
