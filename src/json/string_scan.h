// Where a string ends in a text of JSON, and whether its escapes are good (RFC 8259 section 7), 64
// bytes at a time and without a look at the bytes between. Start at find_string_end().
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace argot::json {

// How many bytes behind a text must be readable. What they are does not matter.
inline constexpr std::size_t string_padding_bytes = 64;

// Whether every backslash begins a complete escape, surrogates in pairs: between the quotes of a
// string, or in a text whose strings may have them. What else stands there is not looked at.
bool has_good_escapes(std::string_view padded_text);

// The quote that ends a string whose first byte is at `padded_begin`; a null pointer if something
// comes before it that no string has. A byte below 0x20 must come somewhere: nothing but the
// padding is read behind it. Sets `is_ascii` to false if the string may have other bytes than those
// of ASCII, which are not checked for UTF-8.
const char* find_string_end(const char* padded_begin, bool& is_ascii);

// The two functions in certain instructions; all have the outcome of the portable ones.
struct StringScan {
  std::string_view name;
  bool (*has_good_escapes)(std::string_view padded_text) = nullptr;
  const char* (*find_string_end)(const char* padded_begin, bool& is_ascii) = nullptr;
};

// Those that this processor can run, the fastest first and the portable ones last.
std::vector<StringScan> string_scans();

}  // namespace argot::json
