// What a response says about retrying it: Retry-After, retry-after-ms, x-should-retry, the status.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "fetch/message.h"

namespace argot::fetch {

// Longer waits are told as this one.
constexpr std::chrono::seconds retry_after_told_max{1'000'000'000};

// A value of Retry-After (RFC 9110 section 10.2.3): whole seconds or a date, which is 0 where it
// has passed. Nothing if it is neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, WallTime now);

// A value of retry-after-ms: milliseconds, rounded up where they have a fraction.
std::optional<std::chrono::milliseconds> parse_retry_after_ms(std::string_view value);

// retry-after-ms where it is there and can be read, else Retry-After.
std::optional<std::chrono::milliseconds> asked_wait(const Headers& headers, WallTime now);

// x-should-retry: what the server knows better than any list of codes.
std::optional<bool> should_retry(const Headers& headers);

// Whether `status` is among `patterns`: "429", or "5XX" for all that begin with 5, in any case.
bool matches_status(int status, const std::vector<std::string>& patterns);

}  // namespace argot::fetch
