// Small texts: hexadecimal, UTF-8, sizes as people write them, numbers as people type them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace argot {

// 0 to 15; -1 for what is no hexadecimal digit of either case.
constexpr int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

std::string to_hex(Bytes bytes);

// Fills `out` from exactly 2 * out.size() hexadecimal digits of either case; false otherwise.
bool parse_hex(std::string_view text, MutableBytes out);

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// Appends one character; `code_point` is no surrogate and at most U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

// Decimal digits only, no sign, no spaces, no overflow.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// ASCII only, whatever the locale says.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view left, std::string_view right);

// 107374182400 is "100 GB", 1536 is "1.5 KB", 1001 is "1001 bytes": the largest unit (powers of
// 1024) that needs at most one decimal place to be exact.
std::string human_bytes(std::uint64_t bytes);

// "512MB", "512 MiB", "1.5GB", "1000": what a person writes in a setting. Units are powers of 1024.
std::optional<std::uint64_t> parse_human_bytes(std::string_view text);

// Appends `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD, so the
// outcome is valid JSON whatever comes in.
void append_json_string(std::string& out, std::string_view text);

}  // namespace argot
