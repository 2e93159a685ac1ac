#include "fetch/backoff.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace argot::fetch {

namespace {

using std::chrono::milliseconds;

// Whole milliseconds in [0, limit], whatever the formula gave: infinities and NaN included.
milliseconds clamped(double value, milliseconds limit) {
  const auto limit_value = static_cast<double>(std::max<std::int64_t>(limit.count(), 0));
  if (value >= limit_value) return std::max(limit, milliseconds(0));
  return milliseconds(value > 0 ? static_cast<std::int64_t>(value) : 0);
}

}  // namespace

milliseconds PolynomialBackoff::wait(int retries, double chance) const {
  constexpr double jitter_max = 1000;
  const double interval =
      static_cast<double>(initial_interval.count()) * std::pow(std::max(retries, 0), exponent);
  return clamped(interval + chance * jitter_max, interval_max);
}

milliseconds DoublingBackoff::wait(int retries, double chance) const {
  constexpr double shortened_max = 0.25;
  const double interval =
      std::min(static_cast<double>(initial_interval.count()) * std::pow(2.0, std::max(retries, 0)),
               static_cast<double>(interval_max.count()));
  return clamped(interval * (1 - shortened_max * chance), interval_max);
}

double chance_of(Random& random) {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  random.fill(bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof bits);
  constexpr unsigned unused_bits = 64 - 53;
  return static_cast<double>(bits >> unused_bits) * 0x1p-53;
}

std::optional<milliseconds> choose_wait(const WaitChoice& choice) {
  const milliseconds asked = choice.asked.value_or(milliseconds(0));
  if (asked > choice.asked_max) return std::nullopt;
  const milliseconds wait = asked > milliseconds(0) ? asked : choice.backoff;
  if (choice.remaining && wait >= *choice.remaining) return std::nullopt;
  return wait;
}

}  // namespace argot::fetch
