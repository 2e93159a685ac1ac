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

constexpr std::array<bool, 256> is_escape_letter = [] {
  std::array<bool, 256> table{};
  for (const char letter : std::string_view("\"\\/bfnrt")) {
    table.at(static_cast<unsigned char>(letter)) = true;
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
constexpr std::uint32_t no_digit = 0xFFFF'0000U;
constexpr std::uint32_t unit_max = 0xFFFFU;
constexpr std::array<std::uint32_t, 256> digit_values = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const int value = hex_value(static_cast<char>(byte));
    table.at(byte) = value < 0 ? no_digit : static_cast<std::uint32_t>(value);
  }
  return table;
}();

// The code unit of the escape "\uXXXX" at the start of `text`; beyond 16 bits if there is none.
inline std::uint32_t code_unit(std::string_view text) {
  if (text.size() < unicode_escape_bytes || text[0] != '\\' || text[1] != 'u') return no_digit;
  const auto digit = [&](std::size_t place) {
    return digit_values[static_cast<unsigned char>(text[place])];
  };
  return (digit(2) << 12U) | (digit(3) << 8U) | (digit(4) << 4U) | digit(5);
}

bool is_surrogate(std::uint32_t unit) { return (unit & 0xF800U) == 0xD800U; }
bool is_low_surrogate(std::uint32_t unit) { return unit >= 0xDC00U && unit <= 0xDFFFU; }

// How long the escape at the start of `text` is, two escapes of a pair together; 0 if it is bad.
inline std::size_t good_escape_bytes(std::string_view text) {
  if (text.size() < 2) return 0;
  if (text[1] != 'u') return is_escape_letter[static_cast<unsigned char>(text[1])] ? 2 : 0;
  const std::uint32_t first = code_unit(text);
  if (first > unit_max) return 0;
  if (!is_surrogate(first)) return unicode_escape_bytes;
  if (is_low_surrogate(first)) return 0;
  const bool is_pair = is_low_surrogate(code_unit(text.substr(unicode_escape_bytes)));
  return is_pair ? 2 * unicode_escape_bytes : 0;
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

void append_meaning(std::string& out, std::string_view escape) {
  if (escape.size() == 2) {
    out += meaning_of(escape[1]);
    return;
  }
  char32_t code_point = code_unit(escape);
  if (escape.size() > unicode_escape_bytes) {
    const char32_t low = code_unit(escape.substr(unicode_escape_bytes));
    code_point = 0x10000U + ((code_point - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  append_utf8(out, code_point);
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

std::uint64_t backslashes(std::string_view end_of_text) {
  if (end_of_text.size() >= block_bytes) return backslashes(end_of_text.data());
  std::array<char, block_bytes> block{};
  end_of_text.copy(block.data(), block.size());
  return backslashes(block.data());
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

bool has_good_escapes(std::string_view text) {
  // Blocks at a time, not from one escape to the next: the processor cannot foresee how far that
  // is.
  std::size_t next = 0;  // behind the last escape
  for (std::size_t block = 0; block < text.size(); block += block_bytes) {
    std::uint64_t places = backslashes(text.substr(block));
    for (; places != 0; places &= places - 1) {
      const std::size_t place = block + static_cast<std::size_t>(std::countr_zero(places));
      if (place < next) continue;
      const std::size_t bytes = good_escape_bytes(text.substr(place));
      if (bytes == 0) return false;
      next = place + bytes;
    }
  }
  return true;
}

std::string unescaped(std::string_view between_quotes) {
  std::string out;
  out.reserve(between_quotes.size());
  std::size_t place = 0;
  for (;;) {
    const std::size_t escape = std::min(between_quotes.find('\\', place), between_quotes.size());
    out += between_quotes.substr(place, escape - place);
    if (escape == between_quotes.size()) return out;
    const std::size_t bytes = good_escape_bytes(between_quotes.substr(escape));
    append_meaning(out, between_quotes.substr(escape, bytes));
    place = escape + bytes;
  }
}

}  // namespace argot::json
