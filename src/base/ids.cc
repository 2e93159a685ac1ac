#include "base/ids.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/assert.h"
#include "base/text.h"

namespace argot {
namespace {

constexpr std::string_view base58_alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::uint8_t no_digit = 0xFF;
// What each byte is worth as a digit.
constexpr std::array<std::uint8_t, 256> base58_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t value = 0; value < base58_alphabet.size(); ++value) {
    values.at(static_cast<unsigned char>(base58_alphabet[value])) =
        static_cast<std::uint8_t>(value);
  }
  return values;
}();
constexpr std::string_view file_id_prefix = "file-";
constexpr std::size_t file_id_digits = 22;
constexpr std::size_t file_id_bytes = 16;
constexpr std::size_t time_bytes = 6;
constexpr std::size_t random_id_bytes = 17;
constexpr std::size_t random_id_digits = 24;
constexpr std::size_t blob_id_bytes = 20;
constexpr std::size_t timed_id_bytes = 16;
constexpr std::size_t seconds_bytes = 4;

bool is_hex_digit(char digit) {
  return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
}

}  // namespace

std::string base58(Bytes big_endian, std::size_t digits) {
  std::vector<std::byte> rest(big_endian.begin(), big_endian.end());
  std::string text(digits, base58_alphabet.front());
  for (std::size_t place = digits; place-- > 0;) {
    unsigned remainder = 0;
    for (std::byte& byte : rest) {
      const unsigned value = (remainder << 8U) | std::to_integer<unsigned>(byte);
      byte = static_cast<std::byte>(value / 58U);
      remainder = value % 58U;
    }
    text[place] = base58_alphabet[remainder];
  }
  ASSERT(std::ranges::all_of(rest, [](std::byte byte) { return byte == std::byte{0}; }));
  return text;
}

bool parse_base58(std::string_view text, MutableBytes out) {
  std::ranges::fill(out, std::byte{0});
  for (const char digit : text) {
    unsigned carry = base58_values[static_cast<unsigned char>(digit)];
    if (carry == no_digit) return false;
    for (std::size_t place = out.size(); place-- > 0;) {
      carry += std::to_integer<unsigned>(out[place]) * 58U;
      out[place] = static_cast<std::byte>(carry & 0xFFU);
      carry >>= 8U;
    }
    if (carry != 0) return false;
  }
  return true;
}

std::string mint_file_id(WallTime time, Random& random) {
  std::array<std::byte, file_id_bytes> number{};
  auto milliseconds = static_cast<std::uint64_t>(time.time_since_epoch().count());
  for (std::size_t place = time_bytes; place-- > 0;) {
    number[place] = static_cast<std::byte>(milliseconds & 0xFFU);
    milliseconds >>= 8U;
  }
  random.fill(std::span(number).subspan(time_bytes));
  return std::string(file_id_prefix) + base58(number, file_id_digits);
}

bool is_file_id(std::string_view text) {
  if (!text.starts_with(file_id_prefix)) return false;
  text.remove_prefix(file_id_prefix.size());
  std::array<std::byte, file_id_bytes> number{};
  return text.size() == file_id_digits && parse_base58(text, number);
}

std::string mint_random_id(std::string_view prefix, Random& random) {
  std::array<std::byte, random_id_bytes> number{};
  random.fill(number);
  return std::string(prefix) + base58(number, random_id_digits);
}

std::string mint_hex_id(std::string_view prefix, Random& random) {
  std::array<std::byte, 16> number{};
  random.fill(number);
  return std::string(prefix) + to_hex(number);
}

std::string mint_timed_id(std::string_view prefix, WallTime time, Random& random) {
  std::array<std::byte, timed_id_bytes> number{};
  auto seconds = static_cast<std::uint64_t>(unix_seconds(time));
  for (std::size_t place = seconds_bytes; place-- > 0;) {
    number[place] = static_cast<std::byte>(seconds & 0xFFU);
    seconds >>= 8U;
  }
  random.fill(std::span(number).subspan(seconds_bytes));
  return std::string(prefix) + to_hex(number);
}

bool is_timed_id(std::string_view prefix, std::string_view text) {
  return text.size() == prefix.size() + 2 * timed_id_bytes && text.starts_with(prefix) &&
         std::ranges::all_of(text.substr(prefix.size()), is_hex_digit);
}

BlobId BlobId::mint(Random& random) {
  std::array<std::byte, blob_id_bytes> number{};
  random.fill(number);
  return BlobId(to_hex(number));
}

std::optional<BlobId> BlobId::parse(std::string_view text) {
  const bool is_ours = text.size() == 2 * blob_id_bytes && std::ranges::all_of(text, is_hex_digit);
  if (!is_ours) return std::nullopt;
  return BlobId(std::string(text));
}

}  // namespace argot
