// The words of a request head, as Boost.Beast reads them; what they mean is head_parser.h's
// business. The only place where Beast is used, so that its templates are compiled once.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace argot::http {

// Everything borrows from the head it was read from.
struct HeadTokens {
  std::string_view method;
  std::string_view target;
  bool is_http_1_0 = false;
  std::vector<HeaderView> headers;
};

// Reads exactly one head, which starts with its request line and ends with its empty line. Refused
// are: obsolete line folding, white space before a colon or a name, controls in values, names and
// methods that are no tokens. Errors: bad_framing, http_version_unsupported, and headers_too_large
// for more than `header_count_max` fields.
Result<HeadTokens> tokenize_head(std::string_view head, std::size_t header_count_max);

}  // namespace argot::http
