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

// Whether the escape of a low surrogate begins there.
bool has_low_surrogate(const char* text) {
  return text[0] == '\\' && text[1] == 'u' && is_low_surrogate(code_unit(text + 2));
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

// Looks at one escape after the other, nearly without branches: the processor cannot foresee which
// kind comes.
class EscapeChecker {
 public:
  // How long it is that begins at `escape`, if it is good; of the first half of a pair, both.
  std::size_t take(const char* escape) {
    const std::uint32_t is_unicode = escape[1] == 'u' ? 1 : 0;
    const std::uint32_t unit = code_unit(escape + 2) & (0 - is_unicode);
    faults_ |= unit | letter_faults[static_cast<unsigned char>(escape[1])];
    if (is_surrogate(unit)) return take_surrogate(escape, unit);
    return 2 + std::size_t{4} * is_unicode;
  }

  // Whether all were so far.
  bool is_good() const { return (faults_ & fault_bits) == 0; }

 private:
  std::size_t take_surrogate(const char* escape, std::uint32_t unit) {
    const char* const behind = escape + unicode_escape_bytes;
    const bool is_low = is_low_surrogate(unit);
    const bool is_half = is_low ? escape == low_due_ : has_low_surrogate(behind);
    if (!is_half) faults_ = fault_bits;
    low_due_ = is_low ? nullptr : behind;
    return is_low ? unicode_escape_bytes : 2 * unicode_escape_bytes;
  }

  std::uint32_t faults_ = 0;
  const char* low_due_ = nullptr;  // where the second half of a pair is
};

constexpr std::size_t block_bytes = 64;

// Where certain bytes are in a block, the first byte as the lowest bit.
struct Block {
  std::uint64_t backslashes = 0;
  std::uint64_t ends = 0;  // quotes, and what may not stand in a string
  bool is_ascii = true;
};

#if defined(__SSE2__)
inline std::uint64_t places_of(__m128i found, std::size_t offset) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))} << offset;
}

inline Block look_at(const char* bytes) {
  Block block;
  __m128i all = _mm_setzero_si128();
  for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i is_quote = _mm_cmpeq_epi8(piece, _mm_set1_epi8('"'));
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(piece, _mm_set1_epi8(0x1F)), piece);
    block.backslashes |= places_of(_mm_cmpeq_epi8(piece, _mm_set1_epi8('\\')), i);
    block.ends |= places_of(_mm_or_si128(is_quote, is_control), i);
    all = _mm_or_si128(all, piece);
  }
  block.is_ascii = _mm_movemask_epi8(all) == 0;
  return block;
}
#else
inline Block look_at(const char* bytes) {
  Block block;
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    block.backslashes |= std::uint64_t{byte == '\\'} << i;
    block.ends |= std::uint64_t{byte == '"' || byte < 0x20U} << i;
    block.is_ascii = block.is_ascii && byte < 0x80U;
  }
  return block;
}
#endif

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
  static_assert(string_padding_bytes >= block_bytes);
  static_assert(string_padding_bytes >= 2 * unicode_escape_bytes);
  const char* const end = padded_text.data() + padded_text.size();
  const char* next = padded_text.data();  // behind the last escape
  EscapeChecker escapes;
  for (const char* block = padded_text.data(); block < end; block += block_bytes) {
    std::uint64_t places = look_at(block).backslashes;
    const auto rest = static_cast<std::size_t>(end - block);
    if (rest < block_bytes) places &= (std::uint64_t{1} << rest) - 1;
    for (; places != 0; places &= places - 1) {
      const char* const escape = block + std::countr_zero(places);
      if (escape >= next) next = escape + escapes.take(escape);
    }
    if (!escapes.is_good()) return false;
  }
  return next <= end;
}

StringEnd find_string_end(const char* padded_begin) {
  StringEnd found;
  EscapeChecker escapes;
  const char* next = padded_begin;
  for (;;) {
    const char* const bytes = next;
    Block block = look_at(bytes);
    found.is_ascii = found.is_ascii && block.is_ascii;
    next += block_bytes;
    while (block.backslashes != 0) {
      const int place = std::countr_zero(block.backslashes);
      if (place > std::countr_zero(block.ends)) break;
      escapes.take(bytes + place);
      // Its letter ends nothing and begins nothing. What else belongs to it is no concern here:
      // where that is a quote or a backslash, the escape is none.
      block.backslashes &= ~(std::uint64_t{3} << place);
      block.ends &= ~(std::uint64_t{2} << place);
      if (place + 1 == int{block_bytes}) ++next;
    }
    if (!escapes.is_good()) return found;
    if (block.ends == 0) continue;
    const char* const end = bytes + std::countr_zero(block.ends);
    if (*end == '"') found.quote = end;
    return found;
  }
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
