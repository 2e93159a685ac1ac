// The character classes of RFC 9110 section 5.6, RFC 8187 and RFC 3986, whatever the locale says.
#pragma once

#include <cstdint>
#include <string_view>

namespace argot::http {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// White space within a line: OWS and BWS of RFC 9110 section 5.6.3.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// VCHAR: what can be seen in ASCII, so neither space nor control.
constexpr bool is_visible(char c) { return c >= 0x21 && c <= 0x7E; }

// tchar, of which method names, field names and unquoted parameters are made.
constexpr bool is_token_char(char c) {
  return is_digit(c) || is_alpha(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// attr-char of RFC 8187: what stands for itself in an extended parameter.
constexpr bool is_attribute_char(char c) {
  return is_digit(c) || is_alpha(c) ||
         std::string_view("!#$&+-.^_`|~").find(c) != std::string_view::npos;
}

// What a field value may hold: visible characters, blanks, and bytes above 0x7F (obs-text).
constexpr bool is_field_char(char c) {
  return is_visible(c) || is_blank(c) || static_cast<std::uint8_t>(c) >= 0x80;
}

constexpr std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace argot::http
