#include "api/api_key.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/ids.h"
#include "digest/crc32.h"
#include "digest/sha256.h"

namespace argot::api {
namespace {

constexpr std::string_view prefix = "sk-argot-";
constexpr std::size_t public_id_bytes = 8;
constexpr std::size_t public_id_digits = 11;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t secret_digits = 44;
constexpr std::size_t check_bytes = 4;
constexpr std::size_t check_digits = 6;
static_assert(prefix.size() + public_id_digits + secret_digits + check_digits == key_text_bytes);

constexpr std::size_t mask_shown_first = 8;
constexpr std::size_t mask_shown_last = 4;
constexpr std::size_t mask_hidden_min = 16;
constexpr std::string_view mask = "********";

std::string check_digits_of(std::string_view text) {
  const std::uint32_t crc = digest::crc32(as_bytes(text));
  std::array<std::byte, check_bytes> big_endian{};
  for (std::size_t place = 0; place < check_bytes; ++place) {
    big_endian[place] = static_cast<std::byte>(crc >> (8U * (check_bytes - 1 - place)));
  }
  return base58(big_endian, check_digits);
}

}  // namespace

MintedKey mint_key(Random& random) {
  std::array<std::byte, public_id_bytes> id{};
  std::array<std::byte, secret_bytes> secret{};
  random.fill(id);
  random.fill(secret);

  std::string text(prefix);
  text += base58(id, public_id_digits);
  text += base58(secret, secret_digits);
  text += check_digits_of(text);
  std::optional<KeyParts> parts = parse_key(text);
  ASSERT(parts.has_value());
  return {.text = std::move(text), .parts = *std::move(parts)};
}

std::optional<KeyParts> parse_key(std::string_view text) {
  if (text.size() != key_text_bytes || !text.starts_with(prefix)) return std::nullopt;
  const std::string_view checked = text.substr(0, text.size() - check_digits);
  if (text.substr(checked.size()) != check_digits_of(checked)) return std::nullopt;

  const std::string_view id = text.substr(prefix.size(), public_id_digits);
  const std::string_view secret = text.substr(prefix.size() + public_id_digits, secret_digits);
  return KeyParts{.public_id = std::string(id),
                  .secret_sha256 = digest::sha256_of(as_bytes(secret))};
}

std::string mask_key(std::string_view text) {
  if (text.size() < mask_shown_first + mask_hidden_min + mask_shown_last) return std::string(mask);
  std::string masked(text.substr(0, mask_shown_first));
  masked += mask;
  masked += text.substr(text.size() - mask_shown_last);
  return masked;
}

}  // namespace argot::api
