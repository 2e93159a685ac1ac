// What the head of a request says of its body.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "http/message.h"

namespace argot::api {

// Nothing is ever unpacked here, so content that came packed would be stored as it is. Error:
// unsupported_media_type.
Result<> check_content_coding(const http::Request& request);

// The size that the request states for its body.
std::optional<std::uint64_t> stated_bytes(const http::BodyFraming& framing);

}  // namespace argot::api
