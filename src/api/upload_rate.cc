#include "api/upload_rate.h"

#include <chrono>

namespace argot::api {
namespace {

// Where a second is counted; the clock's zero may be less than a minute ago.
std::size_t place_of(std::int64_t second, std::int64_t places) {
  return static_cast<std::size_t>((second % places + places) % places);
}

}  // namespace

void UploadRate::Window::advance(std::int64_t now) {
  if (now - second >= window_seconds) {
    counts.fill(0);
    used = 0;
    second = now;
  }
  while (second < now) {
    std::uint32_t& count = counts[place_of(++second, window_seconds)];
    used -= count;
    count = 0;
  }
}

std::int64_t UploadRate::Window::seconds_until_less() const {
  for (std::int64_t ago = window_seconds - 1; ago > 0; --ago) {
    if (counts[place_of(second - ago, window_seconds)] > 0) return window_seconds - ago;
  }
  return window_seconds;
}

UploadRate::Window* UploadRate::window_of(const std::string& key, std::int64_t now) {
  const auto found = windows_.find(key);
  if (found != windows_.end()) return &found->second;
  // Once a second at most, because it looks at all of them.
  if (windows_.size() >= keys_max_ && cleared_at_ != now) {
    cleared_at_ = now;
    std::erase_if(windows_, [now](const auto& entry) {
      Window later = entry.second;
      later.advance(now);
      return later.used == 0;
    });
  }
  if (windows_.size() >= keys_max_) return nullptr;
  return &windows_.emplace(key, Window{.second = now}).first->second;
}

Result<> UploadRate::admit(const std::string& key) {
  if (!per_minute_) return {};
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.steady()).time_since_epoch();
  const std::scoped_lock lock(mutex_);
  Window* const window = window_of(key, now.count());
  if (window == nullptr) return fail(ErrorCode::overloaded);
  window->advance(now.count());
  if (window->used < *per_minute_) {
    ++window->used;
    ++window->counts[place_of(window->second, window_seconds)];
    return {};
  }
  const std::int64_t seconds = window->seconds_until_less();
  return fail(Error{.code = ErrorCode::rate_limit_exceeded,
                    .detail = "requests per min (RPM): Limit " + std::to_string(*per_minute_) +
                              ", Used " + std::to_string(window->used) +
                              ", Requested 1. Please try again in " + std::to_string(seconds) +
                              "s.",
                    .retry_after_seconds = static_cast<int>(seconds)});
}

}  // namespace argot::api
