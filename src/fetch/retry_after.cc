#include "fetch/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "fetch/blanks.h"

namespace argot::fetch {

namespace {

using std::chrono::milliseconds;

// Dates of HTTP are at most 33 characters long.
constexpr std::size_t date_chars_max = 64;
// The end of the year 9999: their years have four digits (RFC 9110, section 5.6.7).
constexpr std::int64_t date_unix_seconds_max = 253'402'300'799;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Every form of HTTP begins with the name of a weekday; curl would take times of day and numbers
// for dates as well.
std::optional<WallTime> parse_date(std::string_view text) {
  if (text.empty() || text.size() > date_chars_max || !is_letter(text.front())) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::int64_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds == -1 || seconds > date_unix_seconds_max) return std::nullopt;
  return from_unix_seconds(seconds);
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view value, WallTime now) {
  value = trim_blanks(value);
  if (!value.empty() && std::ranges::all_of(value, is_digit)) {
    const auto most = static_cast<std::uint64_t>(retry_after_told_max.count());
    const std::uint64_t seconds = std::min(parse_decimal(value).value_or(most), most);
    return std::chrono::seconds(seconds);
  }
  const std::optional<WallTime> time = parse_date(value);
  if (!time) return std::nullopt;
  return std::clamp(*time - now, milliseconds(0), milliseconds(retry_after_told_max));
}

std::optional<milliseconds> parse_retry_after_ms(std::string_view value) {
  value = trim_blanks(value);
  double parsed = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, parsed, std::chars_format::fixed);
  if (error != std::errc() || rest != end || !is_digit(value.front())) return std::nullopt;
  const auto most = static_cast<double>(milliseconds(retry_after_told_max).count());
  return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(parsed, most))));
}

std::optional<milliseconds> asked_wait(const Headers& headers, WallTime now) {
  if (const std::string* const value = find_header(headers, "retry-after-ms")) {
    if (const auto wait = parse_retry_after_ms(*value)) return wait;
  }
  const std::string* const value = find_header(headers, "retry-after");
  return value == nullptr ? std::nullopt : parse_retry_after(*value, now);
}

std::optional<bool> should_retry(const Headers& headers) {
  const std::string* const value = find_header(headers, "x-should-retry");
  if (value == nullptr) return std::nullopt;
  if (equals_ignoring_case(*value, "true")) return true;
  if (equals_ignoring_case(*value, "false")) return false;
  return std::nullopt;
}

bool matches_status(int status, const std::vector<std::string>& patterns) {
  const std::string text = std::to_string(status);
  return std::ranges::any_of(patterns, [&text](const std::string& pattern) {
    const bool is_range = pattern.size() == 3 && is_digit(pattern.front()) &&
                          equals_ignoring_case(std::string_view(pattern).substr(1), "xx");
    if (is_range) return text.size() == 3 && text.front() == pattern.front();
    return text == pattern;
  });
}

}  // namespace argot::fetch
