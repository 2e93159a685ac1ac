// Conditional requests: If-Match, If-Unmodified-Since, If-None-Match, If-Modified-Since and
// If-Range, in the order of RFC 9110 section 13.2.2.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/message.h"

namespace argot::http {

// What the server has. `etag` is strong and stands in its quotes.
struct Representation {
  std::string_view etag;
  std::int64_t last_modified = 0;  // seconds since 1970
};

enum class Outcome { proceed, not_modified, precondition_failed };

struct ConditionResult {
  Outcome outcome = Outcome::proceed;
  bool range_applies = false;  // it proceeds, is a GET with a Range, and If-Range agrees
};

// `now` in seconds since 1970 completes years of two digits. A date that cannot be read is ignored;
// an entity tag that cannot be read matches nothing.
ConditionResult evaluate_conditions(const Request& request, const Representation& representation,
                                    std::int64_t now);

}  // namespace argot::http
