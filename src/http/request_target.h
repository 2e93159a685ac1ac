// Request targets (RFC 9112 section 3.2) and the Host header that belongs to them.
#pragma once

#include <string_view>

#include "base/result.h"

namespace argot::http {

// Borrows from the target it was read from. `authority` is empty but for the absolute form.
struct RequestTarget {
  std::string_view authority;
  std::string_view path;   // before '?', not decoded, never empty
  std::string_view query;  // after '?', not decoded
};

// Takes the origin form (`/v1/files?limit=1`) and, for http and https, the absolute form. Refused
// are
// `*`, the authority form, fragments, and whatever is not visible ASCII. Error: bad_framing.
Result<RequestTarget> split_target(std::string_view target);

// `host`, `host:port`, `[v6 address]:port`. Nobody may be named before an `@`.
bool is_host(std::string_view text);

}  // namespace argot::http
