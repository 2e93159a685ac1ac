#include "tokens/window.h"

#include <algorithm>
#include <bit>

namespace argot::tokens {
namespace {

// Every third digit of a run begins a piece.
std::uint64_t digit_starts(std::uint64_t digits) {
  std::uint64_t starts = digits & ~(digits << 1U);
  const std::uint64_t third_or_later = digits & (digits << 1U) & (digits << 2U) & (digits << 3U);
  if (third_or_later == 0) return starts;
  for (std::uint64_t next = starts; next != 0;) {
    next = (next << 3U) & third_or_later;
    starts |= next;
  }
  return starts;
}

// Blanks after a newline belong to it if another newline follows them; then they begin nothing.
// Gives the first bit that cannot be trusted: the last one of the window, if none before it.
unsigned doubtful_blanks(std::uint64_t blanks, std::uint64_t newlines) {
  const std::uint64_t after_newline = blanks & (newlines << 1U);
  if (after_newline == 0) return window_bytes - 1;
  // Adding the first bit of a run of ones carries to the bit behind the run.
  const std::uint64_t carried = blanks + after_newline;
  if ((carried & ~blanks & newlines) != 0) {
    return static_cast<unsigned>(std::countr_zero(after_newline));
  }
  if (carried < blanks) return static_cast<unsigned>(std::bit_width(after_newline)) - 1;
  return window_bytes - 1;
}

unsigned first_bit(std::uint64_t mask) { return static_cast<unsigned>(std::countr_zero(mask)); }

// The bits below `count`, which is at most 63.
std::uint64_t bits_below(unsigned count) { return (std::uint64_t{1} << count) - 1; }

}  // namespace

std::uint64_t piece_starts(Encoding encoding, const WindowMasks& masks) {
  const std::uint64_t letters = masks.letters;
  const std::uint64_t blanks = masks.spaces | masks.tabs;
  const std::uint64_t white = blanks | masks.newlines;
  const std::uint64_t signs = ~(letters | masks.digits | white | masks.high);

  // A blank joins the word after it, and so does a sign that stands alone.
  const std::uint64_t joined =
      (blanks | (signs & ~(signs << 1U) & ~(masks.spaces << 1U))) & (letters >> 1U);
  std::uint64_t starts = letters & ~(letters << 1U) & ~(joined << 1U);
  starts |= signs & ~(signs << 1U) & ~(masks.spaces << 1U);
  starts |= digit_starts(masks.digits);
  // Newlines right after signs belong to them.
  starts |= white & ~(white << 1U) & ~(masks.newlines & (signs << 1U));
  starts |= blanks & (~(white >> 1U) | (masks.newlines << 1U));

  // What the window does not show: code points, contractions, where a newline run really ends. The
  // byte before depends on it too, as the last one does on what follows the window.
  std::uint64_t doubtful = masks.high;
  if (encoding == Encoding::o200k_base) {
    starts |= masks.capitals & ((letters & ~masks.capitals) << 1U);
    doubtful |= masks.quotes & (letters << 1U);
    doubtful |= masks.newlines & (masks.slashes >> 1U);
  } else {
    doubtful |= masks.quotes & (letters >> 1U);
  }
  const unsigned known = std::min(first_bit(doubtful), doubtful_blanks(blanks, masks.newlines) + 1);
  return (known < 2 ? 0 : starts & bits_below(known - 1)) | 1U;
}

}  // namespace argot::tokens
