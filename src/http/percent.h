// Percent-encoding, as targets (RFC 3986 section 2.1) and extended parameters (RFC 8187) use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace argot::http {

// Nothing if a `%` is not followed by two hexadecimal digits. The outcome may be any bytes.
std::optional<std::string> decode_percent(std::string_view text);

// Encodes everything but the attr-char of RFC 8187, which are fewer than a target allows.
std::string encode_percent(std::string_view text);

}  // namespace argot::http
