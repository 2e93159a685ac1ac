#include "json/tokens.h"

#if defined(__x86_64__)
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
bool is_high_surrogate(std::uint32_t unit) { return unit >> 10U == 0x36U; }
bool is_low_surrogate(std::uint32_t unit) { return unit >> 10U == 0x37U; }

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

// Looks at one escape after the other, without branches: the processor cannot foresee which kind
// comes.
class EscapeChecker {
 public:
  // How long it is that begins at `escape`, if it is good.
  std::size_t take(const char* escape) {
    const std::uint32_t is_unicode = escape[1] == 'u' ? 1 : 0;
    const std::uint32_t unit = code_unit(escape + 2) & (0 - is_unicode);
    faults_ |= unit | letter_faults[static_cast<unsigned char>(escape[1])];
    const bool is_due = escape == low_due_;
    is_unpaired_ |= (is_due != is_low_surrogate(unit)) | (is_due != (low_due_ != nullptr));
    low_due_ = is_high_surrogate(unit) ? escape + unicode_escape_bytes : nullptr;
    return 2 + std::size_t{4} * is_unicode;
  }

  // Whether all were so far, but for the second half of a pair that may still come.
  bool is_good() const { return (faults_ & fault_bits) == 0 && !is_unpaired_; }
  // Whether all were, and no more comes.
  bool is_complete() const { return is_good() && low_due_ == nullptr; }

 private:
  std::uint32_t faults_ = 0;
  bool is_unpaired_ = false;
  const char* low_due_ = nullptr;  // where the second half of a pair must be
};

constexpr std::size_t block_bytes = 64;

// Where certain bytes are in a block, the first byte as the lowest bit.
struct Block {
  std::uint64_t backslashes = 0;
  std::uint64_t ends = 0;  // quotes, and what may not stand in a string
  std::uint64_t high = 0;  // bytes that are not ASCII
};

#if defined(__x86_64__)

// Every x86-64 has SSE2: four times 16 bytes.
inline std::uint64_t places_of(__m128i found, std::size_t offset) {
  return std::uint64_t{static_cast<std::uint32_t>(_mm_movemask_epi8(found))} << offset;
}

inline Block look_at(const char* bytes) {
  Block block;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < block_bytes; i += sizeof(__m128i)) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes + i));
    const __m128i is_quote = _mm_cmpeq_epi8(piece, _mm_set1_epi8('"'));
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(piece, _mm_set1_epi8(0x1F)), piece);
    block.backslashes |= places_of(_mm_cmpeq_epi8(piece, _mm_set1_epi8('\\')), i);
    block.ends |= places_of(_mm_or_si128(is_quote, is_control), i);
    block.high |= places_of(piece, i);
  }
  return block;
}

// AVX-512BW: all 64 bytes, and compares that give masks.
#define ARGOT_AVX512 [[gnu::target("avx512f,avx512bw,bmi")]]

ARGOT_AVX512 inline Block look_at_avx512(const char* bytes) {
  const __m512i loaded = _mm512_loadu_si512(bytes);
  return {.backslashes = _mm512_cmpeq_epi8_mask(loaded, _mm512_set1_epi8('\\')),
          .ends = _mm512_cmpeq_epi8_mask(loaded, _mm512_set1_epi8('"')) |
                  _mm512_cmplt_epu8_mask(loaded, _mm512_set1_epi8(0x20)),
          .high = _mm512_movepi8_mask(loaded)};
}

#else

inline Block look_at(const char* bytes) {
  Block block;
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    block.backslashes |= std::uint64_t{byte == '\\'} << i;
    block.ends |= std::uint64_t{byte == '"' || byte < 0x20U} << i;
    block.high |= std::uint64_t{byte >= 0x80U} << i;
  }
  return block;
}

#endif

// Those backslashes that begin an escape: of each run every other one, from its first. Adding to
// the first of a run carries through all of it.
inline std::uint64_t escapes_among(std::uint64_t backslashes) {
  constexpr std::uint64_t even = 0x5555'5555'5555'5555U;
  const std::uint64_t firsts = backslashes & ~(backslashes << 1U);
  const std::uint64_t even_runs = backslashes & ~(backslashes + (firsts & even));
  return (even_runs & even) | (backslashes & ~even_runs & ~even);
}

// An escape that begins with the last byte of a block has its letter in the next one.
inline std::size_t letters_behind(std::uint64_t escapes) { return escapes >> (block_bytes - 1); }

// Built once for each `look`, and inlined where its instructions may be used.
template <auto look>
[[gnu::always_inline]] inline StringEnd string_end(const char* padded_begin) {
  EscapeChecker checker;
  std::uint64_t high = 0;
  const char* block = padded_begin;
  for (;;) {
    const Block found = look(block);
    high |= found.high;
    std::uint64_t ends = found.ends;
    const char* next = block + block_bytes;
    // Most blocks have none, and the next one then need not wait for this one.
    if (found.backslashes != 0) {
      const std::uint64_t escapes = escapes_among(found.backslashes);
      // The letter of an escape ends nothing. What else belongs to it is no concern here: where
      // that is a quote or a backslash, the escape is none.
      ends &= ~(escapes << 1U);
      const std::uint64_t before_end = ~ends & (ends - 1);
      for (std::uint64_t rest = escapes & before_end; rest != 0; rest &= rest - 1) {
        checker.take(block + std::countr_zero(rest));
      }
      if (!checker.is_good()) return {.quote = nullptr, .is_ascii = high == 0};
      next += letters_behind(escapes);
    }
    if (ends != 0) {
      const char* const end = block + std::countr_zero(ends);
      const bool is_quote = *end == '"' && checker.is_complete();
      return {.quote = is_quote ? end : nullptr, .is_ascii = high == 0};
    }
    block = next;
  }
}

#if defined(__x86_64__)
ARGOT_AVX512 StringEnd string_end_avx512(const char* padded_begin) {
  return string_end<look_at_avx512>(padded_begin);
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
  const char* behind_last = padded_text.data();
  EscapeChecker checker;
  for (const char* block = padded_text.data(); block < end;) {
    std::uint64_t backslashes = look_at(block).backslashes;
    const auto rest_bytes = static_cast<std::size_t>(end - block);
    if (rest_bytes < block_bytes) backslashes &= (std::uint64_t{1} << rest_bytes) - 1;
    const std::uint64_t escapes = escapes_among(backslashes);
    for (std::uint64_t rest = escapes; rest != 0; rest &= rest - 1) {
      const char* const escape = block + std::countr_zero(rest);
      behind_last = escape + checker.take(escape);
    }
    if (!checker.is_good()) return false;
    block += block_bytes + letters_behind(escapes);
  }
  return behind_last <= end && checker.is_complete();
}

StringEnd find_string_end(const char* padded_begin) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return string_end_avx512(padded_begin);
#endif
  return find_string_end_portable(padded_begin);
}

StringEnd find_string_end_portable(const char* padded_begin) {
  return string_end<look_at>(padded_begin);
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
