// The scalars of JSON as they are written (RFC 8259 sections 3, 6 and 7), for readers that have
// found by other means where one ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argot::json {

// Whether `token` is a number, of any size.
bool is_number(std::string_view token);

// How many bytes behind a text must be readable for has_good_escapes(). What they are does not
// matter.
inline constexpr std::size_t escape_padding_bytes = 64;

// Whether every backslash begins a complete escape, surrogates in pairs: between the quotes of a
// string, or in a text whose strings may have them. What else stands there is not looked at.
bool has_good_escapes(std::string_view padded_text);

// What a string means whose escapes are good.
std::string unescaped(std::string_view between_quotes);

}  // namespace argot::json
