// Base64 (RFC 4648 section 4), as Basic authentication has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argot::api {

// The bytes that `text` spells. Nothing if it is not the one spelling of them: padding is required,
// white space and stray bits are refused.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace argot::api
