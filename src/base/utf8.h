// What the first byte of a character in UTF-8 says of those after it.
#pragma once

namespace argot {

// How many bytes the character has, 0 for a byte that begins none, and what the second one may be;
// later ones are 0x80 to 0xBF (RFC 3629, section 4).
struct Utf8Lead {
  unsigned bytes = 0;
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

constexpr Utf8Lead utf8_lead(unsigned char byte) {
  if (byte < 0x80) return {.bytes = 1};
  if (byte < 0xC2 || byte > 0xF4) return {};
  if (byte < 0xE0) return {.bytes = 2};
  if (byte == 0xE0) return {.bytes = 3, .second_min = 0xA0};
  if (byte == 0xED) return {.bytes = 3, .second_max = 0x9F};
  if (byte < 0xF0) return {.bytes = 3};
  if (byte == 0xF0) return {.bytes = 4, .second_min = 0x90};
  if (byte == 0xF4) return {.bytes = 4, .second_max = 0x8F};
  return {.bytes = 4};
}

}  // namespace argot
