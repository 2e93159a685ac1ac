#include "api/base64.h"

#include <cstddef>
#include <cstdint>

namespace argot::api {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t group_digits = 4;

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % group_digits != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }

  std::string bytes;
  bytes.reserve(text.size() / group_digits * 3 + 2);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (const char digit : text) {
    const std::size_t value = alphabet.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 6U) | static_cast<std::uint32_t>(value);
    pending_bits += 6;
    if (pending_bits < 8) continue;
    pending_bits -= 8;
    bytes += static_cast<char>(pending >> pending_bits);
    pending &= (1U << pending_bits) - 1U;
  }
  // What the last digit has beyond a whole byte must be zero.
  if (pending != 0) return std::nullopt;
  return bytes;
}

}  // namespace argot::api
