// The scalars of JSON as they are written (RFC 8259 sections 3, 6 and 7), for readers that have
// found by other means where one ends.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace argot::json {

// Whether `token` is a number, of any size.
bool is_number(std::string_view token);

// How many bytes behind a text must be readable for has_good_escapes() and find_string_end(). What
// they are does not matter.
inline constexpr std::size_t string_padding_bytes = 64;

// Whether every backslash begins a complete escape, surrogates in pairs: between the quotes of a
// string, or in a text whose strings may have them. What else stands there is not looked at.
bool has_good_escapes(std::string_view padded_text);

struct StringEnd {
  // The one that ends the string; a null pointer if something comes before it that no string has.
  const char* quote = nullptr;
  // If false, the string may have other bytes than those of ASCII, and was not checked for UTF-8.
  bool is_ascii = true;
};

// Where a string ends whose first byte behind its quote is at `padded_begin`. A byte below 0x20
// must come somewhere: nothing but the padding is read behind it.
StringEnd find_string_end(const char* padded_begin);

// The same for any processor: the twin that the fast one is tested against.
StringEnd find_string_end_portable(const char* padded_begin);

// What a string means whose escapes are good.
std::string unescaped(std::string_view between_quotes);

}  // namespace argot::json
