// How long to wait before a retry, as pure functions. Chance comes in as a number in [0, 1).
#pragma once

#include <chrono>
#include <optional>

#include "base/random.h"

namespace argot::fetch {

// initial_interval * retries^exponent plus up to a second of jitter, at most interval_max. It is a
// polynomial: the first wait, with no retry yet, is the jitter alone.
struct PolynomialBackoff {
  std::chrono::milliseconds initial_interval{500};
  std::chrono::milliseconds interval_max{60'000};
  double exponent = 1.5;
  std::chrono::milliseconds elapsed_max{3'600'000};  // no retry when more has passed

  // `retries` is how many there were, 0 before the first.
  std::chrono::milliseconds wait(int retries, double chance) const;
  bool operator==(const PolynomialBackoff&) const = default;
};

// Doubles from initial_interval to interval_max, then shortened by up to a quarter: what the
// official SDKs do.
struct DoublingBackoff {
  std::chrono::milliseconds initial_interval{500};
  std::chrono::milliseconds interval_max{8'000};

  std::chrono::milliseconds wait(int retries, double chance) const;
  bool operator==(const DoublingBackoff&) const = default;
};

// A number in [0, 1) with 53 random bits.
double chance_of(Random& random);

struct WaitChoice {
  std::chrono::milliseconds backoff{0};
  std::optional<std::chrono::milliseconds> asked;      // by the server; 0 asks for nothing
  std::chrono::milliseconds asked_max{120'000};        // not retried where it asks for more
  std::optional<std::chrono::milliseconds> remaining;  // until the deadline
};

// The wait before a retry: never shorter than the server asked for. Nothing if it asks for more
// than asked_max or if the wait would not end before the deadline.
std::optional<std::chrono::milliseconds> choose_wait(const WaitChoice& choice);

}  // namespace argot::fetch
