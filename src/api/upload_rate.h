// How many uploads a key may begin in a minute.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"

namespace argot::api {

// Thread-safe. Counts in whole seconds, over the second that runs and the 59 before it, so that a
// key takes the same small space whatever its limit is.
class UploadRate {
 public:
  // Nothing: no limit, and nothing is counted. `clock` must outlive it.
  UploadRate(std::optional<std::uint64_t> per_minute, const Clock& clock,
             std::size_t keys_max = limits::rate_keys_max)
      : per_minute_(per_minute), keys_max_(keys_max), clock_(clock) {}

  // Counts one upload, unless it is refused. Errors: rate_limit_exceeded, whose detail is the rest
  // of the text and which knows when to try again; overloaded, if more keys have been at work in
  // this minute than are kept count of.
  Result<> admit(const std::string& key);

 private:
  static constexpr std::int64_t window_seconds = 60;

  struct Window {
    std::int64_t second = 0;                             // the last one that was counted in
    std::uint64_t used = 0;                              // the sum of the counts
    std::array<std::uint32_t, window_seconds> counts{};  // by second modulo 60

    // Makes `now` the second that runs, and forgets those that are a minute old.
    void advance(std::int64_t now);
    // How long until one upload less is counted.
    std::int64_t seconds_until_less() const;
  };

  // Null: there is no room for one more.
  Window* window_of(const std::string& key, std::int64_t now);

  const std::optional<std::uint64_t> per_minute_;
  const std::size_t keys_max_;
  const Clock& clock_;
  std::mutex mutex_;  // guards what follows
  std::unordered_map<std::string, Window> windows_;
  std::int64_t cleared_at_ = 0;  // the second in which idle keys were last looked for
};

}  // namespace argot::api
