#include "fetch/response.h"

#include <algorithm>
#include <cstring>
#include <utility>

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
  if (is_delivered_) return 0;
  if (!failure_) {
    room_ = room;
    filled_ = 0;
    run();
    room_ = {};
    if (!failure_ || filled_ > 0) return filled_;
  }
  return std::unexpected(*failure_);
}

bool Response::head(const ResponseHead& head) {
  head_ = head;
  is_head_there_ = true;
  return true;
}

bool Response::body(Bytes piece) {
  const std::size_t count = std::min(piece.size(), room_.size() - filled_);
  if (count > 0) std::memcpy(room_.data() + filled_, piece.data(), count);
  filled_ += count;
  held_.insert(held_.end(), piece.begin() + static_cast<std::ptrdiff_t>(count), piece.end());
  return true;
}

// Another buffer of curl's would not fit.
bool Response::is_full() const { return room_.size() - filled_ < buffer_bytes_; }

// Before the first read() the head is what is wanted, then any bytes.
bool Response::has_enough() const { return is_head_there_ && (room_.empty() || filled_ > 0); }

}  // namespace argot::fetch
