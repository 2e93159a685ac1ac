#include "net/connection.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "http/head_parser.h"

namespace argot::net {
namespace {

constexpr std::size_t first_buffer_bytes = 4_KiB;
// Bodies of replies up to this size go out in one write with their head.
constexpr std::size_t joined_reply_bytes_max = 16_KiB;
// How much of a file goes out before other connections of the loop get their turn.
constexpr std::uint64_t send_turn_bytes = 4_MiB;
// How much of a body a worker takes before other jobs get their turn.
constexpr std::uint64_t body_turn_bytes = 512_KiB;
// How much of a file lies in memory while it is encrypted: four records.
constexpr std::size_t file_buffer_bytes = 64_KiB;
// How often it is asked whether the client has all that was sent, while a server drains.
constexpr std::chrono::milliseconds taken_poll_interval{5};

}  // namespace

Connection::Connection(const ConnectionHost& host, Socket socket)
    : host_(host), socket_(std::move(socket)), slot_(host.workers, socket_.get_executor()) {}

void Connection::check_deadline(SteadyTime now) {
  if (now < deadline_) return;
  timed_out_ = true;
  clear_deadline();
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::close_if_idle() {
  // Not cut(): a request that has come already, but not been looked at yet, still gets its reply.
  boost::system::error_code ignored;
  if (is_idle_) socket_.cancel(ignored);
}

void Connection::cut() {
  is_cut_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::set_deadline(std::chrono::milliseconds from_now) {
  timed_out_ = false;
  deadline_ = host_.clock.steady() + from_now;
}

Task<> Connection::run() {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);  // a Unix socket has no such delay
  socket_.native_non_blocking(true, ignored);
  bool goes_on = true;
  if (host_.tls != nullptr) {
    tls_.emplace(host_.tls->begin(socket_.native_handle()));
    goes_on = co_await shake_hands();
  }
  while (goes_on && !is_cut_) goes_on = co_await serve_one();
  co_await discard_exchange();
  if (tls_) tls_->close_notify();
  if (host_.draining.load(std::memory_order_relaxed)) co_await wait_until_taken();
  socket_.close(ignored);
}

Task<bool> Connection::serve_one() {
  body_unread_ = false;
  omits_body_ = false;
  context_ = {.now = {}, .is_encrypted = tls_.has_value()};
  const std::optional<Result<std::size_t>> head = co_await read_head();
  if (!head) co_return false;
  is_first_request_ = false;

  if (!*head) {
    refuse(nullptr, head->error());
  } else if (auto parsed = http::parse_head(received().substr(0, **head), host_.options.head);
             !parsed) {
    refuse(nullptr, parsed.error());
  } else {
    head_bytes_ = **head;
    request_ = *std::move(parsed);
    request_.received_at = host_.clock.now();
    omits_body_ = request_.method == http::Method::head;
    context_.is_http_1_0 = request_.is_http_1_0;
    context_.keep_alive = request_.keep_alive;
    http::Begun begun;
    if (host_.service.begin_waits(request_)) {
      slot_.start([this, &begun] { begun = host_.service.begin(request_); });
      co_await slot_.wait();
    } else {
      begun = host_.service.begin(request_);
    }
    if (auto* const exchange = std::get_if<std::unique_ptr<http::Exchange>>(&begun)) {
      exchange_ = std::move(*exchange);
      const bool answered = co_await run_exchange();
      if (!answered) co_return false;
    } else {
      response_ = std::get<http::Response>(std::move(begun));
      body_unread_ = !skip_buffered_body();
    }
  }

  // A body that nobody reads would be taken for the next request.
  if (body_unread_ || host_.draining.load(std::memory_order_relaxed)) response_.close = true;
  const bool goes_on = co_await send_response();
  response_ = {};  // a long list must not stay with an idle connection
  const bool lingers = body_unread_;
  if (lingers) co_await linger();
  if (!goes_on || lingers) co_return false;
  drop_received(head_bytes_);
  co_return true;
}

void Connection::refuse(const http::Request* request, const Error& error) {
  response_ = host_.service.refuse(request, error);
  response_.close = true;
  body_unread_ = true;  // whatever follows what could not be understood
}

// --- Reading -----------------------------------------------------------------------------------

// The size of the next head; an error if there is something else; nothing if the client is gone or
// has been silent for too long between requests.
Task<std::optional<Result<std::size_t>>> Connection::read_head() {
  std::size_t searched = 0;
  SteadyTime head_deadline = host_.clock.steady() + host_.options.head_timeout;
  for (;;) {
    auto end = http::find_head_end(received(), searched, host_.options.head);
    if (!end) co_return fail(std::move(end).error());
    if (*end) co_return **end;
    searched = received_bytes_;

    if (received_bytes_ == buffer_.size()) {
      const std::size_t most = host_.options.head.head_bytes + first_buffer_bytes;
      buffer_.resize(std::clamp(2 * buffer_.size(), first_buffer_bytes, most));
      ASSERT(received_bytes_ < buffer_.size());
    }
    is_idle_ = received_bytes_ == 0;
    if (is_idle_ && host_.draining.load(std::memory_order_relaxed)) co_return std::nullopt;
    const bool between_requests = is_idle_ && !is_first_request_;
    if (between_requests) {
      set_deadline(host_.options.idle_timeout);
    } else {
      timed_out_ = false;
      deadline_ = head_deadline;
    }
    const MutableBytes room = std::as_writable_bytes(std::span(buffer_)).subspan(received_bytes_);
    const bool was_idle = is_idle_;
    const std::size_t got = co_await read_some(room);
    is_idle_ = false;
    if (got == 0) {
      // Silence is no request and gets no reply; half a head does.
      if (timed_out_ && !was_idle) co_return fail(ErrorCode::request_timeout);
      co_return std::nullopt;
    }
    if (between_requests) head_deadline = host_.clock.steady() + host_.options.head_timeout;
    received_bytes_ += got;
  }
}

// Repeats a step of the session until it is done, under the deadline that is set; what it came to,
// 0 if it will not be done.
template <typename... Argument>
Task<std::size_t> Connection::complete(SocketStep (TlsSession::*step)(Argument...),
                                       Argument... argument) {
  for (;;) {
    const SocketStep done = ((*tls_).*step)(argument...);
    if (done.wait == SocketStep::Wait::none) co_return done.bytes;
    const bool came = co_await wait_for(done.wait);
    if (!came) co_return 0;
  }
}

// How many bytes came, under the deadline that is set; 0 if none will.
Task<std::size_t> Connection::read_some(MutableBytes room) {
  if (is_cut_) co_return 0;
  std::size_t received = 0;
  if (tls_) {
    received = co_await complete(&TlsSession::read, room);
  } else {
    const auto where = asio::buffer(room.data(), room.size());
    const auto [error, got] = co_await socket_.async_read_some(where, no_throw);
    received = error ? 0 : got;
  }
  clear_deadline();
  host_.counters.received_bytes.add(received);
  co_return received;
}

Task<bool> Connection::shake_hands() {
  set_deadline(host_.options.head_timeout);
  is_idle_ = true;  // nothing is lost by closing it
  const std::size_t done = co_await complete(&TlsSession::handshake);
  is_idle_ = false;
  clear_deadline();
  co_return done > 0 && !is_cut_;
}

Task<bool> Connection::wait_for(SocketStep::Wait wanted) {
  if (is_cut_) co_return false;
  const auto what = wanted == SocketStep::Wait::readable ? Socket::wait_read : Socket::wait_write;
  const auto [error] = co_await socket_.async_wait(what, no_throw);
  co_return !error && !is_cut_ && !timed_out_;
}

void Connection::drop_received(std::size_t bytes) {
  ASSERT(bytes <= received_bytes_);
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(bytes),
            buffer_.begin() + static_cast<std::ptrdiff_t>(received_bytes_), buffer_.begin());
  received_bytes_ -= bytes;
  head_bytes_ = 0;
  // An idle connection holds no more than it needs to begin again.
  if (received_bytes_ == 0 && buffer_.size() > first_buffer_bytes) {
    buffer_ = std::vector<char>(first_buffer_bytes);
  }
}

// Whether the body of a request that is answered already was received whole, and is out of the way.
bool Connection::skip_buffered_body() {
  if (request_.framing.kind == http::BodyFraming::Kind::chunked) return false;
  if (behind_head().size() < request_.framing.length) return false;
  head_bytes_ += static_cast<std::size_t>(request_.framing.length);
  return true;
}

// --- An exchange -------------------------------------------------------------------------------

// Feeds the body to the exchange and takes its answer. False if the client went away.
Task<bool> Connection::run_exchange() {
  using Kind = http::BodyFraming::Kind;
  const http::BodyFraming framing = request_.framing;
  outcome_ = {};
  decoder_.emplace(framing);
  Bytes first = behind_head();
  unread_bytes_ = std::numeric_limits<std::uint64_t>::max();
  if (framing.kind != Kind::chunked) {
    first = first.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(first.size(), framing.length)));
    unread_bytes_ = framing.length - first.size();
    head_bytes_ += first.size();  // used up; what is behind it is the next request
  }
  if (request_.expects_continue && first.empty() && framing.has_body()) {
    const bool sent = co_await write_all(http::continue_100, 0);
    if (!sent) co_return false;
  }

  slot_.start([this, first] {
    eat(first);
    take_body();
  });
  co_await slot_.wait();
  co_await read_body();

  if (outcome_.response && framing.kind == Kind::chunked && decoder_->done()) keep_leftover();
  body_buffer_ = {};
  if (outcome_.response) {
    response_ = *std::move(outcome_.response);
    body_unread_ = !decoder_->done();
    co_return true;
  }
  co_await discard_exchange();
  if (outcome_.error) {
    refuse(&request_, *outcome_.error);
    co_return true;
  }
  if (timed_out_) {
    refuse(&request_, Error{.code = ErrorCode::request_timeout, .detail = {}, .param = {}});
    co_return true;
  }
  co_return false;
}

// Lets the workers take the body, a turn whenever some of it is there, until the exchange has its
// answer or nothing more comes. The client has body_window to send body_window's worth of bytes.
Task<> Connection::read_body() {
  const std::uint64_t window_bytes_min =
      host_.options.body_bytes_per_second_min *
      static_cast<std::uint64_t>(host_.options.body_window.count()) / 1000;
  auto window_left = host_.options.body_window;
  std::uint64_t window_bytes = 0;
  while (!outcome_.is_final()) {
    window_bytes += turn_.bytes;
    if (window_bytes >= window_bytes_min) {
      window_left = host_.options.body_window;
      window_bytes = 0;
    }
    if (turn_.last.is_end()) co_return;
    if (turn_.last.wait != SocketStep::Wait::none) {
      set_deadline(window_left);
      // How long the workers take is not the client's fault.
      const SteadyTime began = host_.clock.steady();
      const bool came = co_await wait_for(turn_.last.wait);
      clear_deadline();
      if (!came) co_return;
      const auto waited = host_.clock.steady() - began;
      window_left -= std::min(window_left, std::chrono::floor<std::chrono::milliseconds>(waited));
    }
    slot_.start([this] { take_body(); });
    co_await slot_.wait();
  }
}

// Runs on a worker, which receives what it eats: bytes that were just copied are in its cache, and
// nobody has to be woken for each piece of them.
void Connection::take_body() {
  turn_ = {};
  if (outcome_.is_final()) return;
  body_buffer_.resize(
      static_cast<std::size_t>(std::min<std::uint64_t>(limits::body_buffer_bytes, unread_bytes_)));
  const MutableBytes room(body_buffer_);
  while (!outcome_.is_final() && turn_.bytes < body_turn_bytes) {
    turn_.last = receive_body(room.first(std::min<std::uint64_t>(room.size(), unread_bytes_)));
    if (turn_.last.bytes == 0) return;
    turn_.bytes += turn_.last.bytes;
    unread_bytes_ -= turn_.last.bytes;
    eat(Bytes(room).first(turn_.last.bytes));
  }
}

// What has come already.
SocketStep Connection::receive_body(MutableBytes room) {
  const SocketStep step = tls_ ? tls_->read(room) : receive_now(socket_.native_handle(), room);
  host_.counters.received_bytes.add(step.bytes);
  return step;
}

// Runs on a worker.
void Connection::eat(Bytes raw) {
  bool wanted = true;
  while (!raw.empty() && !decoder_->done()) {
    auto step = decoder_->step(raw);
    // Whoever stopped has its answer; how far the rest of the body had come must not change it.
    if (!step && !wanted) break;
    if (!step) {
      outcome_.error = std::move(step).error();
      exchange_ = nullptr;
      return;
    }
    raw = raw.subspan(step->consumed);
    if (!wanted || step->payload.empty()) continue;
    wanted = exchange_->write(step->payload) == http::Flow::more;
  }
  outcome_.leftover = raw;
  if (wanted && !decoder_->done()) return;
  outcome_.response = exchange_->finish();
  exchange_ = nullptr;
}

// Makes the bytes behind a chunked body the beginning of the next request.
void Connection::keep_leftover() {
  const std::string_view rest = as_text(outcome_.leftover);
  std::vector<char> next(std::max(rest.size(), first_buffer_bytes));
  std::copy_n(rest.data(), rest.size(), next.data());
  received_bytes_ = rest.size();
  head_bytes_ = 0;
  buffer_ = std::move(next);
}

// Lets go of an exchange whose request broke off. On a worker: removing what was staged takes time.
Task<> Connection::discard_exchange() {
  co_await slot_.wait();
  if (!exchange_) co_return;
  slot_.start([this] { exchange_ = nullptr; });
  co_await slot_.wait();
}

// --- Writing -----------------------------------------------------------------------------------

Task<bool> Connection::send_response() {
  context_.now = host_.clock.now();
  std::string head = http::write_head(response_, context_);
  bool sent = false;
  if (const auto* const text = std::get_if<std::string>(&response_.body)) {
    const bool joins = text->size() <= joined_reply_bytes_max;
    if (joins && !omits_body_) head += *text;
    sent = co_await write_all(head, 0);
    if (sent && !joins && !omits_body_) sent = co_await write_all(*text, 0);
  } else {
    sent = co_await write_all(head, omits_body_ ? 0 : MSG_MORE);
    if (sent && !omits_body_) sent = co_await send_file();
    file_buffer_ = {};
    // Closing the last descriptor of a removed file frees its blocks, which takes time.
    host_.workers.submit([body = std::move(response_.body)] {});
  }
  co_return sent&& http::stays_open(response_, context_);
}

Task<bool> Connection::write_all(std::string_view bytes, int flags) {
  while (!bytes.empty()) {
    if (is_cut_) co_return false;
    set_deadline(host_.options.write_stall_timeout);
    std::size_t sent = 0;
    if (tls_) {
      sent = co_await complete(&TlsSession::write, bytes);
    } else {
      const auto what = asio::buffer(bytes);
      const auto [error, count] = co_await socket_.async_send(what, flags, no_throw);
      sent = error ? 0 : count;
    }
    clear_deadline();
    host_.counters.sent_bytes.add(sent);
    if (sent == 0) co_return false;
    bytes.remove_prefix(sent);
  }
  co_return true;
}

// Sends the file of response_, each block after it was checked.
Task<bool> Connection::send_file() {
  http::FileContent& content = file_content();
  std::uint64_t position = 0;
  std::uint64_t turn_bytes = 0;
  Result<> prepared;
  while (position < content.size() && !is_cut_) {
    const std::uint64_t ready = content.ready_from(position);
    if (ready == 0) {
      slot_.start([&prepared, &content, position] { prepared = content.prepare(position); });
      co_await slot_.wait();
      // The reply has begun: only a broken connection can say that it is wrong.
      if (!prepared) co_return false;
      continue;
    }
    std::uint64_t sent = 0;
    const http::FileRegion region = content.region_at(position);
    const std::uint64_t most = std::min(ready, content.size() - position);
    if (region.descriptor < 0) {
      sent = co_await send_from_memory(position);
    } else if (tls_) {
      sent = co_await send_some_tls(region, most);
    } else {
      sent = co_await send_some(region, most);
    }
    if (sent == 0) co_return false;
    position += sent;
    turn_bytes += sent;
    if (turn_bytes < send_turn_bytes) continue;
    turn_bytes = 0;
    co_await asio::post(resume_here);
  }
  co_return position == content.size();
}

Task<std::uint64_t> Connection::send_some(http::FileRegion region, std::uint64_t most) {
  for (;;) {
    auto from = static_cast<off_t>(region.offset);
    const ssize_t sent = ::sendfile(socket_.native_handle(), region.descriptor, &from,
                                    static_cast<std::size_t>(most));
    if (sent > 0) {
      host_.counters.sent_bytes.add(static_cast<std::uint64_t>(sent));
      co_return static_cast<std::uint64_t>(sent);
    }
    if (sent < 0 && errno == EINTR) continue;
    if (sent == 0 || errno != EAGAIN) co_return 0;
    set_deadline(host_.options.write_stall_timeout);
    const auto [error] = co_await socket_.async_wait(Socket::wait_write, no_throw);
    clear_deadline();
    if (error) co_return 0;
  }
}

// The bytes have to be encrypted here, so they pass through memory. They were read a moment ago, to
// be checked: this finds them in the system's cache.
Task<std::uint64_t> Connection::send_some_tls(http::FileRegion region, std::uint64_t most) {
  file_buffer_.resize(file_buffer_bytes);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(most, file_buffer_bytes));
  const ssize_t got =
      ::pread(region.descriptor, file_buffer_.data(), wanted, static_cast<off_t>(region.offset));
  if (got <= 0) co_return 0;
  const auto bytes = static_cast<std::size_t>(got);
  const std::string_view piece(file_buffer_.data(), bytes);
  const bool sent = co_await write_all(piece, 0);
  co_return sent ? bytes : 0;
}

// All that is ready, while what follows it is fetched: whoever has it in memory keeps it there
// until it is sent.
Task<std::uint64_t> Connection::send_from_memory(std::uint64_t position) {
  http::FileContent& content = file_content();
  const std::string_view piece = as_text(content.bytes_at(position));
  Result<> prepared;
  if (const std::uint64_t next = position + piece.size(); next < content.size()) {
    slot_.start([&prepared, &content, next] { prepared = content.prepare(next); });
  }
  const bool sent = co_await write_all(piece, 0);
  co_await slot_.wait();
  if (!sent || !prepared) co_return 0;
  co_return piece.size();
}

// Reads on for a while after a reply that came before the end of the body: closing with unread
// bytes would reset the connection, and the client might lose the reply. Time is the only bound:
// Node's client reads nothing while its writes succeed, so at any number of bytes it may still not
// have seen the reply.
Task<> Connection::linger() {
  boost::system::error_code ignored;
  if (tls_) tls_->close_notify();
  socket_.shutdown(Socket::shutdown_send, ignored);
  buffer_.resize(std::max<std::size_t>(buffer_.size(), limits::head_bytes_max));
  const SteadyTime end = host_.clock.steady() + limits::linger_timeout;
  while (host_.clock.steady() < end) {
    timed_out_ = false;
    deadline_ = end;
    const MutableBytes room = std::as_writable_bytes(std::span(buffer_));
    if (co_await read_some(room) == 0) co_return;
  }
}

// A reply counts as sent once the system has it. But who drains ends the process next, and may take
// what is left with it: a container goes with its network. How long this may take is up to the
// drain, which cuts.
Task<> Connection::wait_until_taken() {
  Timer pause(socket_.get_executor());
  pollfd ended{.fd = socket_.native_handle(), .events = 0, .revents = 0};  // POLLERR and POLLHUP
  int left_bytes = 0;
  while (!is_cut_ && ::ioctl(ended.fd, SIOCOUTQ, &left_bytes) == 0 && left_bytes > 0 &&
         ::poll(&ended, 1, 0) == 0) {
    pause.expires_after(taken_poll_interval);
    co_await pause.async_wait(no_throw);
  }
}

}  // namespace argot::net
