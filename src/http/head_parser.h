// Request heads, strictly (RFC 9112): first find where the head ends, then parse it whole. Whatever
// two readers might understand differently is refused, because that is how requests are smuggled.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "http/message.h"

namespace argot::http {

struct HeadLimits {
  std::size_t request_line_bytes = limits::request_line_bytes_max;
  std::size_t head_bytes = limits::head_bytes_max;
  std::size_t header_count = limits::header_count_max;
  std::size_t leading_empty_lines = 4;
};

// The size of the head at the start of `received`, its empty line included; nothing while more
// bytes are needed. `searched` is how many bytes an earlier call has seen already. Empty lines
// before the request line belong to the head (RFC 9112 section 2.2). Errors: uri_too_long,
// headers_too_large, bad_framing (bare CR or LF, NUL).
Result<std::optional<std::size_t>> find_head_end(std::string_view received, std::size_t searched,
                                                 const HeadLimits& limits = {});

// Parses exactly one head, as found by find_head_end(). `expects_continue` is only set where the
// client waits for it: in HTTP/1.1, before a body. Errors: bad_framing, http_version_unsupported,
// transfer_coding_unsupported, expectation_failed, headers_too_large.
Result<Request> parse_head(std::string_view head, const HeadLimits& limits = {});

}  // namespace argot::http
