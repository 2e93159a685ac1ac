// When a call is tried again, and after how long.
#pragma once

#include <cstdint>
#include <optional>

#include "argot_open_ai/lib/chrono.hpp"
#include "argot_open_ai/lib/export.hpp"

namespace argot::openai {
inline namespace v0 {

/// The wait before attempt n + 2 is initialInterval * n^exponent plus up to a second, n counting
/// from 0, and never more than maxInterval. After a failure that comes later than maxElapsedTime
/// there is no further one.
struct BackoffStrategy {
  std::chrono::milliseconds initialInterval{500};
  std::chrono::milliseconds maxInterval{60'000};
  double exponent = 1.5;
  std::chrono::milliseconds maxElapsedTime{3'600'000};

  friend bool operator==(const BackoffStrategy&, const BackoffStrategy&) = default;
};

struct ARGOT_OPEN_AI_API RetryConfig {
  enum class Strategy {
    none,      ///< one attempt
    backoff,   ///< as BackoffStrategy says
    official,  ///< as OpenAI's own clients do: 0.5 s doubling to 8 s, less up to a quarter; heeds
               ///< x-should-retry and retry-after-ms, and tries 408 and 409 again as well
  };

  Strategy strategy = Strategy::none;
  std::optional<BackoffStrategy> backoff{};
  /// Also after a connection that failed or broke. Never after the deadline of the call.
  bool retryConnectionErrors = false;
  /// All attempts together; unset: no bound but time.
  std::optional<std::uint32_t> maxAttempts{};
  /// A server that asks (Retry-After) for a longer wait is not tried again: the call ends with its
  /// reply. Unset: maxInterval or 120 s, the longer.
  std::optional<std::chrono::milliseconds> maxRetryAfter{};

  static RetryConfig none();
  static RetryConfig backoffDefault();
  /// Two more attempts, as OpenAI's own clients make.
  static RetryConfig recommended();

  friend bool operator==(const RetryConfig&, const RetryConfig&) = default;
};

}  // namespace v0
}  // namespace argot::openai
