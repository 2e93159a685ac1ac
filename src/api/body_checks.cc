#include "api/body_checks.h"

#include <string>

#include "base/quoting.h"
#include "base/text.h"

namespace argot::api {

Result<> check_content_coding(const http::Request& request) {
  for (const auto& [name, coding] : request.headers) {
    if (!equals_ignoring_case(name, "Content-Encoding")) continue;
    if (coding.empty() || equals_ignoring_case(coding, "identity")) continue;
    return fail(ErrorCode::unsupported_media_type,
                "The request body must not be encoded, but its Content-Encoding is " +
                    python_repr(shortened(coding)) + ".");
  }
  return {};
}

std::optional<std::uint64_t> stated_bytes(const http::BodyFraming& framing) {
  if (framing.kind == http::BodyFraming::Kind::chunked) return std::nullopt;
  return framing.length;
}

}  // namespace argot::api
