#include "cli/printable.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/clock.h"
#include "base/text.h"
#include "cli/key_commands.h"

namespace argot::cli {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

// One character of a text: its bytes and its number, or one byte that is no UTF-8.
struct Character {
  std::string_view bytes;
  char32_t code = 0;
  bool is_utf8 = false;
};

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  Character character{.bytes = text.substr(0, size)};
  character.is_utf8 = character.bytes.size() == size && is_utf8(character.bytes);
  if (!character.is_utf8) return {.bytes = text.substr(0, 1), .code = lead};
  character.code = size == 1 ? lead : lead & (0x7FU >> size);
  for (const char byte : character.bytes.substr(1)) {
    character.code = (character.code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  }
  return character;
}

// Cc of Unicode: C0, DEL and C1.
bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Marks, embeddings, overrides and isolates of direction; separators of lines and paragraphs.
bool turns_text(char32_t code) {
  return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool is_printable(const Character& character) {
  return character.is_utf8 && !is_control(character.code) && !turns_text(character.code);
}

std::string hex_text(char32_t code, int digits) {
  std::string text;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
    text += hex_digits[(code >> static_cast<unsigned>(shift)) & 0xFU];
  }
  return text;
}

std::string escaped(const Character& character) {
  switch (character.code) {
    case '\t':
      return "\\t";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    default:
      break;
  }
  if (character.bytes.size() > 1) return "\\u{" + hex_text(character.code, 4) + "}";
  return "\\x" + hex_text(character.code, 2);
}

// Calls `take` with each character.
template <class Take>
void for_each_character(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const Character character = first_character(text);
    take(character);
    text.remove_prefix(character.bytes.size());
  }
}

std::size_t columns_of(const Character& character) {
  return character.is_utf8 && character.code >= 0x1100 ? 2 : 1;
}

std::string two_digits(std::uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  for_each_character(text, [&shown](const Character& character) {
    if (character.code == '\\') {
      shown += "\\\\";
    } else if (is_printable(character)) {
      shown += character.bytes;
    } else {
      shown += escaped(character);
    }
  });
  return shown;
}

std::string visible(std::string_view text) {
  std::string shown;
  for_each_character(text, [&shown](const Character& character) {
    shown += is_printable(character) ? std::string(character.bytes) : escaped(character);
  });
  return shown;
}

std::string printable_json(std::string_view json) {
  std::string shown;
  for_each_character(json, [&shown](const Character& character) {
    if (is_printable(character)) {
      shown += character.bytes;
    } else {
      shown += "\\u" + hex_text(character.code, 4);
    }
  });
  return shown;
}

std::string without_controls(std::string_view text) {
  std::string name;
  for_each_character(text, [&name](const Character& character) {
    if (is_printable(character) && character.code != '/') {
      name += character.bytes;
    } else {
      name += '_';
    }
  });
  return name;
}

std::size_t column_count(std::string_view text) {
  std::size_t columns = 0;
  for_each_character(text,
                     [&columns](const Character& character) { columns += columns_of(character); });
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
  if (column_count(text) <= columns) return std::string(text);
  const std::string_view dots = std::string_view("...").substr(0, columns);
  std::string kept;
  std::size_t taken = dots.size();
  while (!text.empty()) {
    const Character character = first_character(text);
    taken += columns_of(character);
    if (taken > columns) break;
    kept += character.bytes;
    text.remove_prefix(character.bytes.size());
  }
  return kept.append(dots);
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 7> units = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // Not up to 1024, so that no number has four digits.
  while (value >= 999.5) {
    value /= 1024;
    ++unit;
  }
  const auto tenths = static_cast<std::uint64_t>(std::llround(value * 10));
  std::string text = unit > 0 && tenths < 100
                         ? std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)
                         : std::to_string(std::llround(value));
  return text.append(" ").append(units[unit]);
}

std::string short_duration(std::uint64_t seconds) {
  const std::uint64_t hours = seconds / 3600;
  const std::uint64_t minutes = seconds / 60 % 60;
  const std::string rest = two_digits(seconds % 60);
  if (hours == 0) return std::to_string(minutes) + ":" + rest;
  return std::to_string(hours) + ":" + two_digits(minutes) + ":" + rest;
}

std::string time_text(std::int64_t unix_seconds) {
  constexpr std::int64_t year_10000 = 253'402'300'800;
  if (unix_seconds < 0 || unix_seconds >= year_10000) return std::to_string(unix_seconds);
  return calendar_text(from_unix_seconds(unix_seconds));
}

}  // namespace argot::cli
