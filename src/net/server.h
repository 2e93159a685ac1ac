// Serves an http::Service over TCP or a Unix socket: accepts, frames, keeps deadlines, drains. Body
// bytes go from the socket's buffer to the exchange, and files to the socket by sendfile(2);
// neither passes through memory that grows with them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/result.h"
#include "http/head_parser.h"
#include "http/service.h"

namespace argot::net {

class TlsIdentity;

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address, or a name that resolves to one
  std::uint16_t port = 0;          // 0 picks a free one
  // Not empty: a Unix socket of that path, for this user alone, instead of host and port.
  std::string socket_path;
  std::string_view setting = "--listen";  // whom the advice of an error names
  std::size_t loops = 1;                  // event loops, each with its own thread
  std::size_t workers = 16;               // threads for everything that blocks
  std::size_t connections_max = limits::connections_max;
  http::HeadLimits head;
  std::chrono::milliseconds head_timeout = limits::head_timeout;
  std::chrono::milliseconds idle_timeout = limits::idle_timeout;
  std::chrono::milliseconds write_stall_timeout = limits::write_stall_timeout;
  std::chrono::milliseconds body_window = limits::body_window;
  std::uint64_t body_bytes_per_second_min = limits::body_bytes_per_second_min;
  // Outlives the server. Null: connections are not encrypted.
  const TlsIdentity* tls = nullptr;
  // Called by drain() once its time is over and before it waits for the jobs that still run, so
  // that what they wait for can be ended; may be empty.
  std::function<void()> on_drain_timeout = nullptr;
};

// What a server has counted since it was opened.
struct ServerCounters {
  Counter connections;          // that were served
  Counter connections_refused;  // one too many
  Counter received_bytes;
  Counter sent_bytes;  // heads and bodies
};

// run(), drain() and the destructor are one thread's; the rest is thread-safe. The service, clock
// and log must outlive it.
class Server {
 public:
  // Binds and listens; nothing is accepted before run(). Error: cannot_start.
  static Result<std::unique_ptr<Server>> open(const ServerOptions& options, http::Service& service,
                                              const Clock& clock, Log& log);

  Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Drains without waiting for requests, if nobody drained before, and ends the workers.
  virtual ~Server() = default;

  // Where it listens, the port that was picked included: "127.0.0.1:8080", "[::1]:8080",
  // "unix:/run/argot/admin.sock".
  virtual std::string address() const = 0;

  // Starts the threads and returns.
  virtual void run() = 0;

  // Accepts no more, closes idle connections, lets requests in progress end (each reply then closes
  // its connection) for up to `timeout`, cuts what is left, and returns when no connection is left
  // and the event loops have ended.
  virtual void drain(std::chrono::milliseconds timeout) = 0;

  virtual std::size_t connections() const = 0;
  virtual const ServerCounters& counters() const = 0;
};

}  // namespace argot::net
