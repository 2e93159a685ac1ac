// How the framing of a request is refused (RFC 9112).
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/result.h"

namespace argot::http {

inline std::unexpected<Error> malformed(std::string detail) {
  return fail(ErrorCode::bad_framing, std::move(detail));
}

}  // namespace argot::http
