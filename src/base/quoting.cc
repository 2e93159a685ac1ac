#include "base/quoting.h"

#include "base/bytes.h"
#include "base/text.h"

namespace argot {
namespace {

constexpr std::size_t utf8_bytes_max = 4;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// The length of the well-formed sequence at the start of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && length < utf8_bytes_max && is_continuation(text[length])) ++length;
  return is_utf8(text.substr(0, length)) ? length : 0;
}

std::string escaped_byte(char byte) { return "\\x" + to_hex(as_bytes({&byte, 1})); }

// U+0080 to U+009F, the controls above ASCII.
bool is_high_control(std::string_view sequence) {
  return sequence.size() == 2 && sequence[0] == '\xC2' &&
         static_cast<unsigned char>(sequence[1]) < 0xA0U;
}

std::string escaped_ascii(char character, char quote) {
  switch (character) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    case '\\':
      return "\\\\";
    default:
      break;
  }
  if (character == quote) return std::string("\\") + quote;
  const bool is_control = static_cast<unsigned char>(character) < 0x20U || character == '\x7F';
  return is_control ? escaped_byte(character) : std::string(1, character);
}

}  // namespace

std::string shortened(std::string_view text) {
  if (text.size() <= echo_bytes_max) return std::string(text);
  std::size_t end = echo_bytes_max;
  const std::size_t end_min = end - (utf8_bytes_max - 1);
  while (end > end_min && is_continuation(text[end])) --end;
  return std::string(text.substr(0, end));
}

std::string python_repr(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const bool has_double = text.find('"') != std::string_view::npos;
  const char quote = has_single && !has_double ? '"' : '\'';
  std::string quoted(1, quote);
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length > 1 && !is_high_control(text.substr(0, length))) {
      quoted += text.substr(0, length);
    } else if (length > 1) {
      quoted += escaped_byte(text[1]);
    } else {
      quoted += length == 1 ? escaped_ascii(text.front(), quote) : escaped_byte(text.front());
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return quoted + quote;
}

}  // namespace argot
