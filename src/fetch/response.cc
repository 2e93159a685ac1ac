#include "fetch/response.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace argot::fetch {

Response::Response(HandlePool& handles, const ClientOptions& options, const Clock& clock,
                   Request request, CallLimits limits)
    : buffer_bytes_(options.receive_buffer_bytes),
      exchange_(handles, options, clock, std::move(request), std::move(limits), *this) {}

std::optional<Failure> Response::open() {
  run();
  // What came before the failure is the caller's: read() gives it first.
  if (is_head_there_) return std::nullopt;
  return std::move(failure_);
}

void Response::run() {
  auto state = exchange_.run();
  if (!state) {
    failure_ = std::move(state).error();
  } else {
    is_delivered_ = *state == Exchange::State::delivered;
  }
}

std::expected<std::size_t, Failure> Response::read(MutableBytes room) {
  if (taken_ < held_.size()) {
    const std::size_t count = std::min(room.size(), held_.size() - taken_);
    std::memcpy(room.data(), held_.data() + taken_, count);
    taken_ += count;
    return count;
  }
  held_.clear();
  taken_ = 0;
  if (is_delivered_ && !failure_) return 0;
  if (!failure_) {
    room_ = room;
    filled_ = 0;
    run();
    room_ = {};
    if (!failure_ || filled_ > 0) return filled_;
  }
  return std::unexpected(*failure_);
}

std::expected<void, Failure> Response::drain(const Taker& taker) {
  drain_held(taker);
  if (!is_delivered_ && !failure_) {
    taker_ = &taker;
    run();
    taker_ = nullptr;
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

// What came before the failure is the taker's, as it would be the reader's.
void Response::drain_held(const Taker& taker) {
  const std::vector<std::byte> held = std::exchange(held_, {});
  const Bytes left = Bytes(held).subspan(std::exchange(taken_, 0));
  if (left.empty()) return;
  try {
    if (taker(left)) return;
    failure_ = Failure{.kind = FailureKind::receiver, .text = "the receiver refused the body"};
  } catch (...) {
    failure_ = Failure{.kind = FailureKind::receiver,
                       .text = "an exception ended the transfer",
                       .thrown = std::current_exception()};
  }
}

bool Response::head(const ResponseHead& head) {
  if (const std::string* const length = find_header(head.headers, "content-length")) {
    announced_ = parse_decimal(*length);
  }
  is_head_there_ = true;
  return true;
}

bool Response::body(Bytes piece) {
  received_ += piece.size();
  if (taker_ != nullptr) return (*taker_)(piece);
  const std::size_t count = std::min(piece.size(), room_.size() - filled_);
  if (count > 0) std::memcpy(room_.data() + filled_, piece.data(), count);
  filled_ += count;
  held_.insert(held_.end(), piece.begin() + static_cast<std::ptrdiff_t>(count), piece.end());
  return true;
}

// Another buffer of curl's would not fit, and there may be one.
bool Response::is_full() const {
  return taker_ == nullptr && room_.size() - filled_ < buffer_bytes_ && announced_ != received_;
}

// Before the first read() the head is what is wanted, then any bytes; for drain() nothing is
// enough.
bool Response::has_enough() const {
  return taker_ == nullptr && is_head_there_ && (room_.empty() || filled_ > 0);
}

}  // namespace argot::fetch
