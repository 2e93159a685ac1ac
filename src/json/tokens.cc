#include "json/tokens.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/text.h"

namespace argot::json {
namespace {

constexpr std::size_t unicode_escape_bytes = 6;  // "\u0041"

// Bits that no code unit has.
constexpr std::uint32_t fault_bits = 0xFFFF'0000U;

// 0 for each byte that may stand behind a backslash.
constexpr std::array<std::uint32_t, 256> letter_faults = [] {
  std::array<std::uint32_t, 256> table{};
  table.fill(fault_bits);
  for (const char letter : std::string_view("\"\\/bfnrtu")) {
    table.at(static_cast<unsigned char>(letter)) = 0;
  }
  return table;
}();

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Takes the digits at the start of `text`; false if there are none.
bool take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || !any_of.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

// What each byte is worth as a hexadecimal digit. Those that are none have upper bits, some of
// which stay when they are shifted to their place among the four of an escape.
constexpr std::array<std::uint32_t, 256> digit_values = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const int value = hex_value(static_cast<char>(byte));
    table.at(byte) = value < 0 ? fault_bits : static_cast<std::uint32_t>(value);
  }
  return table;
}();

// The code unit of the four digits at `digits`; has fault_bits if one of them is none.
inline std::uint32_t code_unit(const char* digits) {
  const auto digit = [&](std::size_t place) {
    return digit_values[static_cast<unsigned char>(digits[place])];
  };
  return (digit(0) << 12U) | (digit(1) << 8U) | (digit(2) << 4U) | digit(3);
}

bool is_surrogate(std::uint32_t unit) { return unit >> 11U == 0x1BU; }
bool is_low_surrogate(std::uint32_t unit) { return unit >> 10U == 0x37U; }

// Whether a surrogate, the first of an escape, has its other half right behind that escape.
bool is_pair(std::uint32_t first, const char* behind) {
  return !is_low_surrogate(first) && behind[0] == '\\' && behind[1] == 'u' &&
         is_low_surrogate(code_unit(behind + 2));
}

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

constexpr std::size_t block_bytes = 64;

// Where backslashes are in a block, the first byte as the lowest bit.
std::uint64_t backslashes(const char* block) {
  std::uint64_t places = 0;
#if defined(__SSE2__)
  const __m128i backslash = _mm_set1_epi8('\\');
  for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
    const auto found =
        static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, backslash)));
    places |= std::uint64_t{found} << i;
  }
#else
  for (std::size_t i = 0; i < block_bytes; ++i) {
    places |= std::uint64_t{block[i] == '\\'} << i;
  }
#endif
  return places;
}

}  // namespace

bool is_number(std::string_view token) {
  take(token, "-");
  if (!take(token, "0") && !take_digits(token)) return false;
  if (take(token, ".") && !take_digits(token)) return false;
  if (take(token, "eE")) {
    take(token, "+-");
    if (!take_digits(token)) return false;
  }
  return token.empty();
}

bool has_good_escapes(std::string_view padded_text) {
  static_assert(escape_padding_bytes >= block_bytes);
  static_assert(escape_padding_bytes >= 2 * unicode_escape_bytes);
  const char* const end = padded_text.data() + padded_text.size();
  const char* next = padded_text.data();  // behind the last escape
  // Blocks at a time, and with few branches: the processor can foresee neither how far the next
  // escape is nor of which kind.
  for (const char* block = padded_text.data(); block < end; block += block_bytes) {
    std::uint64_t places = backslashes(block);
    const auto rest = static_cast<std::size_t>(end - block);
    if (rest < block_bytes) places &= (std::uint64_t{1} << rest) - 1;
    std::uint32_t faults = 0;
    for (; places != 0; places &= places - 1) {
      const char* const escape = block + std::countr_zero(places);
      if (escape < next) continue;
      const std::uint32_t is_unicode = escape[1] == 'u' ? 1 : 0;
      const std::uint32_t unit = code_unit(escape + 2) & (0 - is_unicode);
      faults |= unit | letter_faults[static_cast<unsigned char>(escape[1])];
      next = escape + 2 + std::size_t{4} * is_unicode;
      if (!is_surrogate(unit)) continue;
      if (!is_pair(unit, next)) return false;
      next += unicode_escape_bytes;
    }
    if ((faults & fault_bits) != 0) return false;
  }
  return next <= end;
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
