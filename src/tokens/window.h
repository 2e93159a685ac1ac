// Where pieces begin, 64 bytes of ASCII at a time: each question about a byte is a bit in a mask,
// and the rule of an encoding is arithmetic on the masks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tokens/encoding.h"

namespace argot::tokens {

inline constexpr std::size_t window_bytes = 64;

// A bit for each byte, the first one lowest. What is none of these is a sign or a control.
struct WindowMasks {
  std::uint64_t letters = 0;
  std::uint64_t capitals = 0;  // among the letters
  std::uint64_t digits = 0;
  std::uint64_t spaces = 0;
  std::uint64_t tabs = 0;  // and VT and FF
  std::uint64_t newlines = 0;
  std::uint64_t high = 0;  // not ASCII
  std::uint64_t quotes = 0;
  std::uint64_t slashes = 0;

  friend bool operator==(const WindowMasks&, const WindowMasks&) = default;
};

// Where pieces begin in a window that itself begins with a piece: bit 0 is always set. What cannot
// be known from the window alone is left out, with all that follows it.
std::uint64_t piece_starts(Encoding encoding, const WindowMasks& masks);

}  // namespace argot::tokens
