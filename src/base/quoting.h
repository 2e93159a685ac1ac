// A client's words inside our messages: shortened, and quoted as upstream quotes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argot {

// How much of a client's text an answer repeats.
inline constexpr std::size_t echo_bytes_max = 256;

// `text`, or its beginning if it is longer than echo_bytes_max; no UTF-8 sequence is cut in two.
std::string shortened(std::string_view text);

// `text` as Python's repr() shows a string, which is how upstream quotes values: in single quotes,
// or in double quotes if it holds single ones only; controls and bytes that are not UTF-8 as
// escapes.
std::string python_repr(std::string_view text);

}  // namespace argot
