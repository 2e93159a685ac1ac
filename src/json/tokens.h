// The scalars of JSON as they are written (RFC 8259 sections 3, 6 and 7), for readers that have
// found by other means where one ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argot::json {

// How long the number is, of any size, that `text` begins with; 0 if there is none. What follows it
// is no concern here: of "01" the number is "0".
std::size_t number_bytes(std::string_view text);

// Whether `token` is a number, of any size.
inline bool is_number(std::string_view token) {
  return !token.empty() && number_bytes(token) == token.size();
}

// What a string means whose escapes are good.
std::string unescaped(std::string_view between_quotes);

}  // namespace argot::json
