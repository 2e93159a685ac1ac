#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/utf8.h"

namespace argot {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// The length of the well-formed UTF-8 sequence at the start of `text` (RFC 3629 section 4), or 0.
std::size_t utf8_sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(text[place]); };
  const Utf8Lead lead = utf8_lead(byte(0));
  if (lead.bytes <= 1) return lead.bytes;
  if (text.size() < lead.bytes) return 0;
  if (byte(1) < lead.second_min || byte(1) > lead.second_max) return 0;
  for (std::size_t place = 2; place < lead.bytes; ++place) {
    if (byte(place) < 0x80U || byte(place) > 0xBFU) return 0;
  }
  return lead.bytes;
}

// How many bytes at the start of `text` are ASCII; eight are looked at at a time.
std::size_t ascii_prefix(std::string_view text) {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080U;
  std::uint64_t eight = 0;
  std::size_t place = 0;
  for (; text.size() - place >= sizeof(eight); place += sizeof(eight)) {
    std::memcpy(&eight, text.data() + place, sizeof(eight));
    if ((eight & high_bits) != 0) break;
  }
  while (place < text.size() && static_cast<unsigned char>(text[place]) < 0x80U) ++place;
  return place;
}

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};

// Largest first.
constexpr std::array<Unit, 4> units = {Unit{"TB", 1ULL << 40U}, Unit{"GB", 1ULL << 30U},
                                       Unit{"MB", 1ULL << 20U}, Unit{"KB", 1ULL << 10U}};

// 1 for "" and "B", the power of 1024 for "K", "KB" and "KiB" and so on, 0 for anything else.
std::uint64_t unit_bytes(std::string_view name) {
  const std::string unit = to_lower(name);
  if (unit.empty() || unit == "b") return 1;
  for (const Unit& known : units) {
    const std::string letter(1, lower(known.name.front()));
    if (unit == letter || unit == letter + "b" || unit == letter + "ib") return known.bytes;
  }
  return 0;
}

void append_escaped(std::string& out, char character) {
  switch (character) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto value = static_cast<unsigned char>(character);
  out += "\\u00";
  out += hex_digits[value >> 4U];
  out += hex_digits[value & 0x0FU];
}

bool is_plain(char character) {
  const auto value = static_cast<unsigned char>(character);
  return value >= 0x20U && value < 0x7FU && character != '"' && character != '\\';
}

// How many characters at the start of `text` stand in a JSON string as they are and are ASCII.
std::size_t plain_bytes(std::string_view text) {
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101U;
  constexpr std::uint64_t tops = 0x80 * ones;
  // The top bit of a byte that is zero; perhaps of one above it as well, but of none if none is.
  const auto zeros = [](std::uint64_t word) { return (word - ones) & ~word & tops; };
  std::size_t place = 0;
  for (; text.size() - place >= sizeof(std::uint64_t); place += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + place, sizeof word);
    const std::uint64_t is_control = (word - 0x20 * ones) & ~word;
    const std::uint64_t is_special = ((word + ones) | word | is_control) & tops;
    if ((is_special | zeros(word ^ ('"' * ones)) | zeros(word ^ ('\\' * ones))) != 0) break;
  }
  while (place < text.size() && is_plain(text[place])) ++place;
  return place;
}

}  // namespace

std::string to_hex(Bytes bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::byte byte : bytes) {
    text += hex_digits[std::to_integer<unsigned>(byte) >> 4U];
    text += hex_digits[std::to_integer<unsigned>(byte) & 0x0FU];
  }
  return text;
}

bool parse_hex(std::string_view text, MutableBytes out) {
  if (text.size() != 2 * out.size()) return false;
  for (std::size_t place = 0; place < out.size(); ++place) {
    const int high = hex_value(text[2 * place]);
    const int low = hex_value(text[2 * place + 1]);
    if (high < 0 || low < 0) return false;
    out[place] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(ascii_prefix(text));
    if (text.empty()) break;
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto continuation = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0U | (code_point >> 6U));
    continuation(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0U | (code_point >> 12U));
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0U | (code_point >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(), lower);
  return lowered;
}

bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string human_bytes(std::uint64_t bytes) {
  for (const Unit& unit : units) {
    const std::uint64_t whole = bytes / unit.bytes;
    const std::uint64_t rest = bytes % unit.bytes;
    // A tenth of a unit is no whole number of bytes; only halves and the like are exact.
    if (whole == 0 || (rest * 10) % unit.bytes != 0) continue;
    const std::uint64_t tenths = rest * 10 / unit.bytes;
    std::string text = std::to_string(whole);
    if (tenths != 0) text += "." + std::to_string(tenths);
    return text + " " + std::string(unit.name);
  }
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::optional<std::uint64_t> parse_human_bytes(std::string_view text) {
  const std::size_t number_end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, number_end);
  std::string_view unit = text.substr(number_end);
  while (unit.starts_with(' ')) unit.remove_prefix(1);

  const std::size_t point = number.find('.');
  const auto whole = parse_decimal(number.substr(0, point));
  const std::uint64_t scale = unit_bytes(unit);
  if (!whole || scale == 0) return std::nullopt;
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(*whole, scale, &bytes)) return std::nullopt;
  if (point == std::string_view::npos) return bytes;

  // At most three decimal places: enough for "1.125 GB", and no product overflows.
  const std::string_view decimals = number.substr(point + 1);
  const auto fraction = parse_decimal(decimals);
  if (!fraction || decimals.size() > 3) return std::nullopt;
  std::uint64_t divisor = 1;
  for (std::size_t place = 0; place < decimals.size(); ++place) divisor *= 10;
  const std::uint64_t more = *fraction * scale;
  if (more % divisor != 0 || __builtin_add_overflow(bytes, more / divisor, &bytes)) {
    return std::nullopt;
  }
  return bytes;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    // The common case in one go.
    const std::size_t plain = plain_bytes(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;

    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    if (length == 1 && text.front() != '\x7F') {
      append_escaped(out, text.front());
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  out += '"';
}

}  // namespace argot
