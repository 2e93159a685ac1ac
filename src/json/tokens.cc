#include "json/tokens.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace argot::json {
namespace {

constexpr std::size_t unicode_escape_bytes = 6;  // "\u0041"

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// How many digits `text` has from `at` on.
std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

// The code unit of the four digits at `digits`, which are good.
char32_t code_unit(const char* digits) {
  char32_t unit = 0;
  for (std::size_t place = 0; place < 4; ++place) {
    unit = unit << 4U | static_cast<char32_t>(hex_value(digits[place]));
  }
  return unit;
}

bool is_surrogate(char32_t unit) { return unit >> 11U == 0x1BU; }

char meaning_of(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

// Returns how long the escape at the start of `text` is, two escapes of a pair together.
std::size_t append_meaning(std::string& out, std::string_view text) {
  if (text[1] != 'u') {
    out += meaning_of(text[1]);
    return 2;
  }
  const char32_t code_point = code_unit(text.data() + 2);
  if (!is_surrogate(code_point)) {
    append_utf8(out, code_point);
    return unicode_escape_bytes;
  }
  const char32_t low = code_unit(text.data() + unicode_escape_bytes + 2);
  append_utf8(out, 0x10000U + ((code_point - 0xD800U) << 10U) + (low - 0xDC00U));
  return 2 * unicode_escape_bytes;
}

}  // namespace

std::size_t number_bytes(std::string_view text) {
  const std::size_t sign = text.starts_with('-') ? 1 : 0;
  const bool is_zero = sign < text.size() && text[sign] == '0';
  const std::size_t whole = is_zero ? 1 : digits_at(text, sign);
  if (whole == 0) return 0;
  std::size_t end = sign + whole;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = digits_at(text, end + 1);
    if (fraction == 0) return end;
    end += 1 + fraction;
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent > 0) end = at + exponent;
  }
  return end;
}

std::string unescaped(std::string_view between_quotes) {
  std::string out;
  out.reserve(between_quotes.size());
  for (;;) {
    const std::size_t escape = std::min(between_quotes.find('\\'), between_quotes.size());
    out += between_quotes.substr(0, escape);
    between_quotes.remove_prefix(escape);
    if (between_quotes.empty()) return out;
    between_quotes.remove_prefix(append_meaning(out, between_quotes));
  }
}

}  // namespace argot::json
