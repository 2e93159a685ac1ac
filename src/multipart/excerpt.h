// Words of a client, made fit to stand in the text of an error.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argot::multipart {

inline constexpr std::size_t excerpt_bytes_max = 80;

// `text` in double quotes. Bytes that are not printable ASCII become \xNN, and what goes beyond
// excerpt_bytes_max becomes "...", so the outcome is short and safe wherever it is shown.
std::string excerpt(std::string_view text);

}  // namespace argot::multipart
