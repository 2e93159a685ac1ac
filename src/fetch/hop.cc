#include "fetch/hop.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <stop_token>
#include <utility>

#include "fetch/redirect.h"
#include "fetch/request_check.h"

namespace argot::fetch {

namespace {

using std::chrono::milliseconds;

// What the callbacks are given: this hop.
constexpr std::array callback_data{CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA,
                                   CURLOPT_SOCKOPTDATA, CURLOPT_PREREQDATA};

// A redirect's body is read so that its connection can be kept, up to here.
constexpr std::uint64_t discarded_max = 64_KiB;

// Rounded up, so that the time has come when the wait is over.
int as_poll_timeout(SteadyTime::duration left) {
  constexpr std::chrono::hours longest{1};
  return static_cast<int>(
      std::clamp<milliseconds>(std::chrono::ceil<milliseconds>(left), milliseconds(0), longest)
          .count());
}

FailureKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return FailureKind::timed_out;
    case CURLE_URL_MALFORMAT:
      return FailureKind::invalid_request;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_UNKNOWN_OPTION:
      return FailureKind::unexpected;
    default:
      return FailureKind::connection;
  }
}

// May be sent twice without the user's leave: RFC 9110 section 9.2.2, or a key that tells the
// server so.
bool is_replayable(const Request& request) {
  constexpr std::array<std::string_view, 6> idempotent{"GET",    "HEAD",    "PUT",
                                                       "DELETE", "OPTIONS", "TRACE"};
  return std::ranges::find(idempotent, request.method) != idempotent.end() ||
         find_header(request.headers, "idempotency-key") != nullptr;
}

// The outcome of the transfer, once it has ended.
std::optional<CURLcode> ended(const Handle& handle) {
  int left = 0;
  while (const CURLMsg* const message = curl_multi_info_read(handle.multi(), &left)) {
    if (message->msg == CURLMSG_DONE) return message->data.result;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> end_of(const Call& call) {
  if (call.limits.stop.stop_requested()) {
    return Failure{.kind = FailureKind::aborted, .text = "the call was stopped"};
  }
  if (call.limits.deadline && call.clock.steady() >= *call.limits.deadline) {
    return Failure{.kind = FailureKind::timed_out, .text = "the deadline has passed"};
  }
  return std::nullopt;
}

std::optional<Failure> rewind(BodySource& source, Call& call) {
  Failure failure{.kind = FailureKind::source,
                  .text = "the body has to be sent again, and cannot be read again"};
  try {
    if (source.rewind()) {
      call.outcome.bytes.sent = 0;
      return std::nullopt;
    }
  } catch (...) {
    failure.thrown = std::current_exception();
  }
  return failure;
}

// --- What curl calls. Nothing may be thrown through its frames.

template <typename Value, typename Work>
Value Hop::guarded(FailureKind kind, Value otherwise, const Work& work) {
  try {
    return work();
  } catch (...) {
    fail(Failure{.kind = kind,
                 .text = "an exception ended the transfer",
                 .thrown = std::current_exception()});
    return otherwise;
  }
}

std::size_t Hop::on_read(char* room, std::size_t size, std::size_t count, void* hop) {
  auto& self = *static_cast<Hop*>(hop);
  const std::size_t stop = CURL_READFUNC_ABORT;
  return self.guarded(FailureKind::source, stop, [&] {
    return self.read(std::as_writable_bytes(std::span(room, size * count))).value_or(stop);
  });
}

int Hop::on_socket(void* hop, curl_socket_t /*socket*/, curlsocktype /*purpose*/) {
  static_cast<Hop*>(hop)->is_connection_new_ = true;
  return CURL_SOCKOPT_OK;
}

// A connection is there. It is there a second time where curl would replay the request because
// the kept one was dead; whether that may be is not curl's to say.
int Hop::on_begin(void* hop, char* /*address*/, char* /*own_address*/, int /*port*/,
                  int /*own_port*/) {
  auto& self = *static_cast<Hop*>(hop);
  if (self.is_kept_) return CURL_PREREQFUNC_ABORT;
  self.is_kept_ = !self.is_connection_new_;
  // What is there to be read already would be taken for the reply to this request.
  self.is_refused_ = self.is_kept_ && self.handle_.has_unasked_input();
  if (self.is_refused_) return CURL_PREREQFUNC_ABORT;
  self.is_sent_ = true;
  return CURL_PREREQFUNC_OK;
}

std::size_t Hop::on_header(char* line, std::size_t size, std::size_t count, void* hop) {
  auto& self = *static_cast<Hop*>(hop);
  return self.guarded(FailureKind::receiver, std::size_t{0},
                      [&] { return self.take_line({line, size * count}) ? size * count : 0; });
}

std::size_t Hop::on_body(char* bytes, std::size_t size, std::size_t count, void* hop) {
  auto& self = *static_cast<Hop*>(hop);
  const std::size_t refused = size * count == 0 ? 1 : 0;
  return self.guarded(FailureKind::receiver, refused, [&] {
    return self.take_body(std::as_bytes(std::span(bytes, size * count))) ? size * count : refused;
  });
}

// --- The body of the request.

std::optional<std::size_t> Hop::read(MutableBytes room) {
  if (is_over()) return std::nullopt;
  if (size_) room = room.first(std::min<std::uint64_t>(room.size(), *size_ - given_));
  if (room.empty()) return 0;

  call_.outcome.source_touched = true;
  const auto got = request_.body->read(room);
  if (!got) {
    fail(FailureKind::source, "the body could not be read: " + got.error());
    return std::nullopt;
  }
  if (*got == 0 && size_) {
    fail(FailureKind::source, "the body ended after " + std::to_string(given_) + " of " +
                                  std::to_string(*size_) + " bytes");
    return std::nullopt;
  }
  if (*got > room.size()) {
    fail(FailureKind::source, "the body gave more than there was room for");
    return std::nullopt;
  }
  given_ += *got;
  call_.outcome.bytes.sent = given_;
  // Asked before the last byte leaves, so that no server takes the part for the whole.
  if (size_ && given_ == *size_ && !seems_whole()) return std::nullopt;
  tell_progress();
  if (failure_) return std::nullopt;
  return *got;
}

// Whether the source ends where its size says.
bool Hop::seems_whole() {
  std::array<std::byte, 1> more{};
  call_.outcome.source_touched = true;
  const auto got = request_.body->read(more);
  if (!got) {
    fail(FailureKind::source, "the body could not be read: " + got.error());
    return false;
  }
  if (*got == 0) return true;
  fail(FailureKind::source, "the body has more than its " + std::to_string(*size_) + " bytes");
  return false;
}

// --- The response.

bool Hop::take_line(std::string_view line) {
  head_bytes_ += line.size();
  if (is_over()) return false;
  if (is_head_complete_) return true;  // a trailer
  switch (reader_.read(line)) {
    case ResponseHeadReader::Step::more:
      return true;
    case ResponseHeadReader::Step::refused:
      fail(FailureKind::connection, "the head of the response is malformed or too large");
      return false;
    case ResponseHeadReader::Step::complete:
      is_head_complete_ = true;
      if (is_kept_) handle_.acknowledge();
      return take_head();
  }
  std::unreachable();
}

bool Hop::take_head() {
  constexpr int expectation_failed = 417;
  ResponseHead& head = reader_.head();
  head.url = request_.url;
  if (head.status == expectation_failed && ways_.expect != Expect::never &&
      request_.body != nullptr) {
    end_ = End::expectation_refused;
    return false;
  }
  if (request_.redirects != Redirects::manual && is_redirect(head.status) &&
      find_header(head.headers, "location") != nullptr) {
    if (request_.redirects == Redirects::error) {
      fail(FailureKind::connection, "the server redirects, which the request forbids");
      return false;
    }
    end_ = End::redirected;
    return true;
  }
  end_ = End::delivered;
  if (call_.receiver.head(head)) return true;
  fail(FailureKind::receiver, "the receiver refused the response");
  return false;
}

bool Hop::take_body(Bytes piece) {
  if (is_over()) return false;
  if (end_ == End::redirected) {
    discarded_ += piece.size();
    return discarded_ <= discarded_max;
  }
  call_.outcome.bytes.received += piece.size();
  if (!call_.receiver.body(piece)) {
    fail(FailureKind::receiver, "the receiver refused the body");
    return false;
  }
  if (call_.receiver.is_full()) {
    is_resting_ = true;
    curl_easy_pause(handle_.easy(), CURLPAUSE_RECV);
  }
  tell_progress();
  return !failure_;
}

void Hop::tell_progress() {
  if (!call_.limits.progress) return;
  guarded(FailureKind::aborted, false, [this] {
    call_.limits.progress(call_.outcome.bytes);
    return true;
  });
}

// --- The transfer.

void Hop::fail(FailureKind kind, std::string text, int code) {
  fail(Failure{.kind = kind, .code = code, .text = std::move(text)});
}

// The first failure is the cause of the others.
void Hop::fail(Failure failure) {
  if (!failure_) failure_ = std::move(failure);
}

bool Hop::is_over() {
  if (!failure_) failure_ = end_of(call_);
  return failure_.has_value();
}

std::uint64_t Hop::bytes_moved() const {
  curl_off_t uploaded = 0;
  curl_easy_getinfo(handle_.easy(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  return head_bytes_ + discarded_ + call_.outcome.bytes.received +
         static_cast<std::uint64_t>(uploaded);
}

// Until the next limit ends the call; below 0 where one has done so already.
int Hop::milliseconds_to_wait() {
  constexpr int over = -1;
  if (is_over()) return over;
  const auto& limits = call_.limits;
  const SteadyTime now = call_.clock.steady();
  SteadyTime::duration left = SteadyTime::duration::max();
  if (limits.deadline) left = *limits.deadline - now;
  if (limits.stall_timeout > milliseconds(0)) {
    if (const std::uint64_t moved = bytes_moved(); moved != moved_) {
      moved_ = moved;
      last_move_ = now;
    }
    const SteadyTime::duration until_stall = limits.stall_timeout - (now - last_move_);
    if (until_stall <= SteadyTime::duration::zero()) {
      fail(FailureKind::timed_out, "nothing was sent or received for too long");
      return over;
    }
    left = std::min(left, until_stall);
  }
  return as_poll_timeout(left);
}

CURLcode Hop::set_up() {
  Settings settings(handle_.easy());
  if (!handle_.is_set_up()) set_up_once(settings);
  settings.limits(call_.limits);
  settings.request(request_, size_);
  settings.headers(request_, ways_.expect, headers_);
  settings.set(CURLOPT_ERRORBUFFER, error_text_.data());
  for (const CURLoption data : callback_data) settings.set(data, this);
  settings.set(CURLOPT_FRESH_CONNECT, ways_.connection == Connection::fresh ? 1L : 0L);
  return settings.code();
}

void Hop::set_up_once(Settings& settings) {
  settings.client(call_.options);
  settings.set(CURLOPT_HEADERFUNCTION, &Hop::on_header);
  settings.set(CURLOPT_WRITEFUNCTION, &Hop::on_body);
  settings.set(CURLOPT_READFUNCTION, &Hop::on_read);
  settings.set(CURLOPT_SOCKOPTFUNCTION, &Hop::on_socket);
  settings.set(CURLOPT_PREREQFUNCTION, &Hop::on_begin);
  if (settings.code() == CURLE_OK) handle_.note_set_up();
}

// A transfer that has not ended well leaves more behind than what was lent.
void Hop::take_back() {
  if (!is_ended_) return handle_.reset();
  void* const nothing = nullptr;
  Settings settings(handle_.easy());
  settings.set(CURLOPT_HTTPHEADER, nothing);
  settings.set(CURLOPT_ERRORBUFFER, nothing);
  for (const CURLoption data : callback_data) settings.set(data, nothing);
  if (settings.code() != CURLE_OK) handle_.reset();
}

std::optional<CURLcode> Hop::drive() {
  CURLMcode code = attachment_->code();
  last_move_ = call_.clock.steady();  // a pause is the caller's time
  if (std::exchange(is_resting_, false)) {
    const CURLcode resumed = curl_easy_pause(handle_.easy(), CURLPAUSE_CONT);
    if (resumed != CURLE_OK) return resumed;
  }
  while (code == CURLM_OK) {
    code = handle_.perform();
    if (const auto result = ended(handle_)) return *result;
    const int wait = milliseconds_to_wait();
    if (wait < 0) return CURLE_ABORTED_BY_CALLBACK;
    if (call_.receiver.has_enough()) return std::nullopt;
    if (code == CURLM_OK) code = handle_.wait(wait);
  }
  fail(FailureKind::unexpected, curl_multi_strerror(code));
  return CURLE_ABORTED_BY_CALLBACK;
}

bool Hop::may_replay() const {
  // Without its body the server cannot have acted on the request.
  const bool is_half_sent = request_.body != nullptr && size_ != 0U && given_ == 0;
  return is_half_sent || is_replayable(request_);
}

Hop::End Hop::conclude(CURLcode code) {
  if (failure_) return End::failed;
  // Stopped by us, or read to its end: either way the next hop is known.
  if (end_ && end_ != End::delivered) return *end_;
  if (is_refused_) return End::connection_dead;
  if (code != CURLE_OK && is_kept_ && head_bytes_ == 0) {
    if (may_replay()) return End::connection_dead;
    fail(FailureKind::connection,
         "the kept connection was dead, and the request may not be sent twice", code);
    return End::failed;
  }
  if (code == CURLE_OUT_OF_MEMORY && is_sent_ && !is_head_complete_) {
    // So curl calls a line that it does not take.
    fail(FailureKind::connection, "the head of the response is malformed or too large", code);
    return End::failed;
  }
  if (code != CURLE_OK) {
    const std::string_view detail = error_text_.data();
    // Those of a proxy that curl cannot use show its URL, with the password.
    const bool is_usable = !detail.empty() && !detail.starts_with("Unsupported proxy");
    fail(kind_of(code), std::string(is_usable ? detail : curl_easy_strerror(code)), code);
    return End::failed;
  }
  if (!end_) {
    fail(FailureKind::connection, "the connection ended before the head of the response");
    return End::failed;
  }
  return End::delivered;
}

Hop::~Hop() {
  wake_.reset();
  handle_.note_connection();  // curl forgets it with the attachment
  attachment_.reset();
  take_back();
}

bool Hop::begin() {
  const bool is_ready = guarded(FailureKind::source, false, [this] {
    if (request_.body != nullptr) size_ = request_.body->size();
    // curl does not ask for a body of 0 bytes.
    return size_ != 0U || seems_whole();
  });
  if (!is_ready) return false;
  const CURLcode code = set_up();
  if (code != CURLE_OK) {
    fail(FailureKind::unexpected, curl_easy_strerror(code), code);
    return false;
  }
  attachment_.emplace(handle_);
  wake_.emplace(call_.limits.stop, Wake{handle_});
  return true;
}

Hop::End Hop::run() {
  if (!attachment_ && !begin()) return End::failed;
  const std::optional<CURLcode> code = drive();
  is_ended_ = code == CURLE_OK;
  return code ? conclude(*code) : End::paused;
}

}  // namespace argot::fetch
