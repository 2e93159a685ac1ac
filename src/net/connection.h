// One client connection: reads heads, runs each request through the service, sends the replies, and
// keeps every deadline. It lives on one event loop, which leaves the socket to a worker while that
// one receives some of a body or sends some of a file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "base/worker_pool.h"
#include "http/body_decoder.h"
#include "http/response_writer.h"
#include "http/service.h"
#include "net/asio_types.h"
#include "net/server.h"
#include "net/socket_step.h"
#include "net/tls.h"
#include "net/work_slot.h"

namespace argot::net {

// What the connections of a server share. Everything in it outlives them.
struct ConnectionHost {
  const ServerOptions& options;
  http::Service& service;
  const Clock& clock;
  Log& log;
  WorkerPool& workers;
  const std::atomic<bool>& draining;
  ServerCounters& counters;
  const TlsIdentity* tls = nullptr;  // null: none
};

class Connection {
 public:
  Connection(const ConnectionHost& host, Socket socket);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() = default;

  // Serves until either side closes. Never throws for what the client does.
  Task<> run();

  // The three below are called on the connection's loop.

  // Ends the current wait if it has lasted too long.
  void check_deadline(SteadyTime now);
  // Ends the connection if it waits for a request; otherwise the current reply will.
  void close_if_idle();
  // Ends the connection as soon as no job of it is running.
  void cut();

 private:
  // What a job found out about the request; written by the job, read after it.
  struct Outcome {
    std::optional<http::Response> response;
    std::optional<Error> error;
    Bytes leftover;  // what came behind the end of the body

    bool is_final() const { return response || error; }
  };

  // What one turn received of a body, or sent of a file; written by the job, read after it.
  struct Turn {
    std::uint64_t bytes = 0;
    SocketStep last;
  };

  // Each returns whether the connection goes on.
  Task<bool> serve_one();
  Task<bool> run_exchange();
  Task<bool> send_response();
  Task<bool> send_file();
  Task<bool> write_all(std::string_view bytes, int flags);
  Task<bool> wait_to_write(SocketStep last);
  SocketStep write_some(std::string_view bytes, int flags);
  void send_checked(std::uint64_t begin);
  bool prepare(std::uint64_t position);
  void look_again(std::uint64_t position);
  void note_broken_off(std::string_view why);
  SocketStep send_some(std::uint64_t position, std::uint64_t ready);
  SocketStep write_from_file(http::FileRegion region, std::uint64_t most);
  http::FileContent& file_content() {
    return *std::get<std::unique_ptr<http::FileContent>>(response_.body);
  }

  Task<std::optional<Result<std::size_t>>> read_head();
  Task<std::size_t> read_some(MutableBytes room);
  Task<bool> shake_hands();
  // Waits for what a step wants, under the deadline that is set; false if it will not come.
  Task<bool> wait_for(SocketStep::Wait wanted);
  Task<> read_body();
  Task<> discard_exchange();
  Task<> linger();
  Task<> wait_until_taken();

  void eat(Bytes raw);
  void take_body();
  SocketStep receive(MutableBytes room);
  void keep_leftover();
  bool skip_buffered_body();
  void refuse(const http::Request* request, const Error& error);

  std::string_view received() const { return {buffer_.data(), received_bytes_}; }
  Bytes behind_head() const { return as_bytes(received().substr(head_bytes_)); }
  void drop_received(std::size_t bytes);
  void set_deadline(std::chrono::milliseconds from_now);
  void clear_deadline() { deadline_ = SteadyTime::max(); }

  const ConnectionHost& host_;
  Socket socket_;
  WorkSlot slot_;
  std::optional<TlsSession> tls_;

  // What was received and not used yet: a head, and what came right behind it.
  std::vector<char> buffer_;
  std::size_t received_bytes_ = 0;
  std::size_t head_bytes_ = 0;
  std::vector<std::byte> body_buffer_;

  http::Request request_;
  std::unique_ptr<http::Exchange> exchange_;
  std::optional<http::BodyDecoder> decoder_;
  Outcome outcome_;
  Turn turn_;
  http::Response response_;
  http::ResponseContext context_;
  bool omits_body_ = false;
  bool body_unread_ = false;
  std::uint64_t unread_bytes_ = 0;  // of the body; as many as there may be if it is chunked

  SteadyTime deadline_ = SteadyTime::max();
  bool timed_out_ = false;
  bool is_idle_ = false;
  bool is_cut_ = false;
  bool is_first_request_ = true;
};

}  // namespace argot::net
