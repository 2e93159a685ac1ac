#include "net/connection.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
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
// How much of a file a worker checks and sends before other jobs get their turn.
constexpr std::uint64_t send_turn_bytes = 4_MiB;
// How much of a body a worker takes before other jobs get their turn.
constexpr std::uint64_t body_turn_bytes = 512_KiB;
// RFC 8446, section 5.1.
constexpr std::size_t tls_record_bytes_max = 16_KiB;
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
  // Not cut(): a request that has come already still gets its reply.
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
  while (goes_on && !is_cut_) {
    goes_on = co_await serve_one();
    // Before requests that were sent ahead, other connections get their turn.
    if (received_bytes_ > 0) co_await asio::post(resume_here);
  }
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
  const bool sent = co_await send_response();
  const bool goes_on = sent && http::stays_open(response_, context_);
  response_ = {};  // a long list must not stay with an idle connection
  // Who does not take a reply cannot lose it.
  if (sent && body_unread_) co_await linger();
  if (!goes_on) co_return false;
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

// How many bytes came, under the deadline that is set; 0 if none will.
Task<std::size_t> Connection::read_some(MutableBytes room) {
  SocketStep step;
  bool came = true;
  while (!is_cut_) {
    step = receive(room);
    // Who ends a wait cannot know what has come just before: that is looked at once.
    if (step.wait == SocketStep::Wait::none || !came) break;
    came = co_await wait_for(step.wait);
  }
  if (step.bytes > 0) timed_out_ = false;
  clear_deadline();
  co_return step.bytes;
}

Task<bool> Connection::shake_hands() {
  set_deadline(host_.options.head_timeout);
  is_idle_ = true;  // nothing is lost by closing it
  SocketStep step = tls_->handshake();
  while (step.wait != SocketStep::Wait::none) {
    const bool came = co_await wait_for(step.wait);
    if (!came) break;
    step = tls_->handshake();
  }
  is_idle_ = false;
  clear_deadline();
  co_return step.bytes > 0 && !is_cut_;
}

Task<bool> Connection::wait_for(SocketStep::Wait wanted) {
  // Whoever waits looks at what has come first: a request that came before a drain gets its reply.
  const bool must_end = is_idle_ && host_.draining.load(std::memory_order_relaxed);
  if (is_cut_ || must_end) co_return false;
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
  while (!outcome_.is_final() && !is_cut_) {
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
    turn_.last = receive(room.first(std::min<std::uint64_t>(room.size(), unread_bytes_)));
    if (turn_.last.bytes == 0) return;
    turn_.bytes += turn_.last.bytes;
    unread_bytes_ -= turn_.last.bytes;
    eat(Bytes(room).first(turn_.last.bytes));
  }
}

// What has come already.
SocketStep Connection::receive(MutableBytes room) {
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

// Whether all of it was sent.
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
    // Closing the last descriptor of a removed file frees its blocks, which takes time.
    host_.workers.submit([body = std::move(response_.body)] {});
  }
  co_return sent;
}

Task<bool> Connection::write_all(std::string_view bytes, int flags) {
  while (!bytes.empty()) {
    if (is_cut_) co_return false;
    const SocketStep step = write_some(bytes, flags);
    const bool goes_on = co_await wait_to_write(step);
    if (!goes_on) co_return false;
    bytes.remove_prefix(step.bytes);
  }
  co_return true;
}

// Returns when more can be written, if not all could; false if nothing will.
Task<bool> Connection::wait_to_write(SocketStep last) {
  if (last.is_end()) co_return false;
  if (last.wait == SocketStep::Wait::none) co_return true;
  set_deadline(host_.options.write_stall_timeout);
  const bool came = co_await wait_for(last.wait);
  clear_deadline();
  co_return came;
}

SocketStep Connection::write_some(std::string_view bytes, int flags) {
  const SocketStep step =
      tls_ ? tls_->write(bytes) : send_now(socket_.native_handle(), as_bytes(bytes), flags);
  host_.counters.sent_bytes.add(step.bytes);
  return step;
}

// Sends the file of response_, a turn whenever there is room for some of it.
Task<bool> Connection::send_file() {
  http::FileContent& content = file_content();
  std::uint64_t position = 0;
  while (position < content.size()) {
    if (is_cut_) co_return false;
    // Asked once for what is sent then: what was checked too long ago is not ready any more.
    const std::uint64_t ready = content.ready_from(position);
    // The system sends it by itself, and nobody has to be woken.
    if (!tls_ && ready > 0 && content.region_at(position).descriptor >= 0) {
      turn_.last = send_some(position, ready);
      turn_.bytes = turn_.last.bytes;
      if (turn_.last.file_failed) {
        slot_.start([this, position] { look_again(position); });
        co_await slot_.wait();
      }
    } else {
      slot_.start([this, position] { send_checked(position); });
      co_await slot_.wait();
    }
    position += turn_.bytes;
    const bool goes_on = co_await wait_to_write(turn_.last);
    if (!goes_on) co_return false;
    // Before the next piece other connections get their turn.
    if (position < content.size()) co_await asio::post(resume_here);
  }
  co_return true;
}

// Runs on a worker, which sends what it checked: bytes that were just read are in its cache, and
// nobody has to be woken for each block.
void Connection::send_checked(std::uint64_t begin) {
  http::FileContent& content = file_content();
  turn_ = {};
  while (turn_.bytes < send_turn_bytes && begin + turn_.bytes < content.size()) {
    const std::uint64_t position = begin + turn_.bytes;
    turn_.last = {};
    const std::uint64_t ready = content.ready_from(position);
    if (ready == 0) {
      // The reply has begun: only a broken connection can say that it is wrong.
      if (!prepare(position)) return;
      continue;
    }
    turn_.last = send_some(position, ready);
    if (turn_.last.file_failed) look_again(position);
    if (turn_.last.bytes == 0) return;
    turn_.bytes += turn_.last.bytes;
  }
}

// Runs on a worker.
bool Connection::prepare(std::uint64_t position) {
  const Result<> prepared = file_content().prepare(position);
  if (!prepared) note_broken_off(describe(prepared.error()));
  return prepared.has_value();
}

// Runs on a worker. What was found right before could not be read: whoever asks for it next has to
// find out before its reply begins. This one is lost, whatever is found.
void Connection::look_again(std::uint64_t position) {
  if (prepare(position)) note_broken_off("a read failed that succeeds by now");
}

void Connection::note_broken_off(std::string_view why) {
  std::string_view request_id;
  for (const http::Header& header : response_.headers) {
    if (header.name == "x-request-id") request_id = header.value;
  }
  host_.log.warning("reply_broken_off", {{"request_id", request_id}, {"error", why}});
}

// Some of the `ready` bytes from there on.
SocketStep Connection::send_some(std::uint64_t position, std::uint64_t ready) {
  const http::FileContent& content = file_content();
  const http::FileRegion region = content.region_at(position);
  if (region.descriptor < 0) return write_some(as_text(content.bytes_at(position)), 0);
  const std::uint64_t most = std::min(ready, content.size() - position);
  if (tls_) return write_from_file(region, most);
  const SocketStep step =
      send_file_now(socket_.native_handle(), region.descriptor, region.offset, most);
  host_.counters.sent_bytes.add(step.bytes);
  return step;
}

// The bytes have to be encrypted here, so they pass through memory, a record at a time. They were
// read a moment ago, to be checked: this finds them in the system's cache.
SocketStep Connection::write_from_file(http::FileRegion region, std::uint64_t most) {
  std::array<char, tls_record_bytes_max> record;  // NOLINT(*-member-init): filled by pread()
  const ssize_t got =
      ::pread(region.descriptor, record.data(), std::min<std::uint64_t>(most, record.size()),
              static_cast<off_t>(region.offset));
  if (got <= 0) return {.file_failed = true};
  return write_some({record.data(), static_cast<std::size_t>(got)}, 0);
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
    co_await asio::post(resume_here);  // for the others, however fast this client sends
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
