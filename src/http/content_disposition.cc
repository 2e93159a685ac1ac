#include "http/content_disposition.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "http/characters.h"
#include "http/percent.h"

namespace argot::http {

namespace {

constexpr char32_t replacement = 0xFFFD;

std::size_t sequence_bytes(char lead) {
  const auto byte = static_cast<std::uint8_t>(lead);
  if (byte < 0x80) return 1;
  if (byte < 0xE0) return 2;
  return byte < 0xF0 ? 3 : 4;
}

// Takes one character off the front; a byte that starts no well-formed sequence becomes U+FFFD.
char32_t take_character(std::string_view& text) {
  const std::size_t size = sequence_bytes(text.front());
  const std::string_view sequence = text.substr(0, size);
  if (!is_utf8(sequence)) {
    text.remove_prefix(1);
    return replacement;
  }
  text.remove_prefix(size);
  if (size == 1) return static_cast<char32_t>(sequence.front());
  char32_t character = static_cast<std::uint8_t>(sequence.front()) & (0xFFU >> (size + 1));
  for (const char c : sequence.substr(1)) {
    character = character << 6U | (static_cast<std::uint8_t>(c) & 0x3FU);
  }
  return character;
}

bool is_control(char32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0);
}

// They let "exe.txt" be shown for a name that ends in ".exe".
bool is_bidirectional_control(char32_t character) {
  return (character >= 0x202A && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069);
}

// The name as it may be shown and saved: one path component, in UTF-8.
std::string safe_name(std::string_view filename) {
  std::string name;
  name.reserve(filename.size());
  while (!filename.empty()) {
    const char32_t character = take_character(filename);
    if (is_control(character) || is_bidirectional_control(character)) continue;
    const bool is_separator = character == U'/' || character == U'\\';
    append_utf8(name, is_separator ? U'_' : character);
  }
  if (name.empty()) return "file";
  // "." and ".." are folders.
  if (name.find_first_not_of('.') == std::string::npos) std::ranges::fill(name, '_');
  return name;
}

// What a reader gets that knows no `filename*`: each character outside ASCII, and each quote, as
// `_`.
std::string ascii_name(std::string_view name) {
  std::string ascii;
  while (!name.empty()) {
    const char32_t character = take_character(name);
    const bool stands_for_itself = character < 0x80 && character != U'"';
    ascii += stands_for_itself ? static_cast<char>(character) : '_';
  }
  return ascii;
}

// Some readers decode `%41` inside a quoted name as well.
bool looks_percent_encoded(std::string_view name) {
  for (std::size_t at = name.find('%'); at != std::string_view::npos; at = name.find('%', at + 1)) {
    if (at + 2 < name.size() && hex_value(name[at + 1]) >= 0 && hex_value(name[at + 2]) >= 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string attachment_disposition(std::string_view filename) {
  const std::string name = safe_name(filename);
  const std::string ascii = ascii_name(name);
  std::string header = "attachment; filename=\"" + ascii + "\"";
  if (ascii != name || looks_percent_encoded(name)) {
    header += "; filename*=UTF-8''" + encode_percent(name);
  }
  return header;
}

}  // namespace argot::http
