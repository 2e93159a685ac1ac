// The tables that the program carries, as they are packed; docs/formats/token-tables.md.
#pragma once

#include <cstdint>
#include <span>

#include "tokens/encoding.h"

extern "C" {
extern const std::uint8_t argot_unicode_classes[];
extern const std::uint8_t argot_unicode_classes_end[];
}

namespace argot::tokens {

// 256 single bytes, then six planes with a byte for each pair.
std::span<const std::uint8_t> packed_pairs(Encoding encoding);

inline constexpr std::size_t code_point_blocks = 0x1100;
// A block's number for each 256 code points, then the blocks, a byte of classes a code point.
inline std::span<const std::uint8_t> packed_classes() {
  return {argot_unicode_classes, argot_unicode_classes_end};
}

}  // namespace argot::tokens
