// Dates as HTTP has them (RFC 9110 section 5.6.7), without any locale. Times are whole seconds
// since 1970, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace argot::http {

// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate). `unix_seconds` lies in the years 1 to 9999.
std::string format_date(std::int64_t unix_seconds);

// Reads IMF-fixdate and the two obsolete forms, "Sunday, 06-Nov-94 08:49:37 GMT" and
// "Sun Nov  6 08:49:37 1994". A year of two digits is taken to be at most 50 years after `now`.
// Nothing if `text` is in no such form or names no real day. The weekday is not compared to the
// day.
std::optional<std::int64_t> parse_date(std::string_view text, std::int64_t now);

}  // namespace argot::http
