// Time, as something a test can set. Nothing below server/ asks the operating system for it.
#pragma once

#include <chrono>
#include <cstdint>

namespace argot {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // What the calendar says: created_at, expires_at, Date. May step.
  virtual WallTime now() const = 0;

  // For durations and deadlines: never steps back.
  virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  SteadyTime steady() const override;
};

// Whole seconds since 1970, as the wire has them.
inline std::int64_t unix_seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

inline WallTime from_unix_seconds(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

}  // namespace argot
