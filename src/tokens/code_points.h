// Text as code points, and what a splitter asks about each.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tokens/packed_tables.h"

namespace argot::tokens {

// General categories of Unicode 16, one bit for each set that a rule names (the version that the
// reference implementation has: a code point assigned later is a sign to both).
inline constexpr unsigned letter_class = 1;    // L
inline constexpr unsigned number_class = 2;    // N
inline constexpr unsigned space_class = 4;     // White_Space
inline constexpr unsigned upper_class = 8;     // Lu, Lt, Lm, Lo, M: what words begin with
inline constexpr unsigned lower_class = 16;    // Ll, Lm, Lo, M: what words end with
inline constexpr unsigned newline_class = 32;  // CR and LF, which are spaces as well
inline constexpr unsigned broken_class = 64;   // not UTF-8: stands for U+FFFD
inline constexpr unsigned cut_class = 128;     // the text ends in the midst of a code point

// U+FFFD in UTF-8.
inline constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct CodePoint {
  unsigned classes = 0;
  unsigned bytes = 0;
};

namespace detail {
constexpr std::size_t index_of(char byte) { return static_cast<unsigned char>(byte); }

constexpr std::array<std::uint8_t, 128> make_ascii_classes() {
  std::array<std::uint8_t, 128> classes{};
  for (unsigned char byte = 'A'; byte <= 'Z'; ++byte) classes[byte] = letter_class | upper_class;
  for (unsigned char byte = 'a'; byte <= 'z'; ++byte) classes[byte] = letter_class | lower_class;
  for (unsigned char byte = '0'; byte <= '9'; ++byte) classes[byte] = number_class;
  for (const char byte : {' ', '\t', '\v', '\f'}) classes[index_of(byte)] = space_class;
  for (const char byte : {'\r', '\n'}) classes[index_of(byte)] = space_class | newline_class;
  return classes;
}
}  // namespace detail

inline constexpr auto ascii_classes = detail::make_ascii_classes();

inline unsigned classes_of(std::uint32_t code_point) {
  const std::uint8_t* const table = argot_unicode_classes;
  return table[code_point_blocks + std::size_t{256} * table[code_point >> 8U] +
               (code_point & 255U)];
}

// What read_code_point() makes of all but the two most frequent forms.
CodePoint read_other_code_point(const unsigned char* at, const unsigned char* end);

// The code point at `at`, which is before `end`. What is not UTF-8 is cut as Unicode 3.9 advises
// (table 3-8): a U+FFFD for each maximal part of a code point.
inline CodePoint read_code_point(const unsigned char* at, const unsigned char* end) {
  if (*at < 0x80) return {.classes = ascii_classes[*at], .bytes = 1};
  // Three bytes, neither too long a form nor a surrogate.
  if (end - at >= 3 && *at > 0xE0 && *at < 0xF0 && *at != 0xED && at[1] >> 6U == 2 &&
      at[2] >> 6U == 2) {
    return {.classes = classes_of((*at & 15U) << 12U | (at[1] & 63U) << 6U | (at[2] & 63U)),
            .bytes = 3};
  }
  return read_other_code_point(at, end);
}

// Appends `text` with U+FFFD for what is not UTF-8.
void append_as_utf8(std::string& target, std::string_view text);

}  // namespace argot::tokens
