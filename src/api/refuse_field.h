// How a field of a request is refused that has no code of its own.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace argot::api {

inline std::unexpected<Error> refuse_field(std::string_view field, std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message), std::string(field));
}

}  // namespace argot::api
