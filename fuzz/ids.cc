// Ids and keys as texts of strangers: what is taken for one is exactly what could have been made.
#include "base/ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/api_key.h"
#include "api/base64.h"
#include "base/assert.h"
#include "base/bytes.h"
#include "digest/sha256.h"

namespace {

template <std::size_t bytes>
void fuzz_number(std::string_view text) {
  std::array<std::byte, bytes> number{};
  if (!argot::parse_base58(text, number)) return;
  // Leading zeros are digits as well, so only as many can be asked for as were written.
  const std::size_t digits_max = bytes * 2;
  if (text.size() <= digits_max) {
    const std::string again = argot::base58(number, digits_max);
    ASSERT(again.substr(digits_max - text.size()) == text);
    ASSERT(again.find_first_not_of('1') >= digits_max - text.size());
  }
}

void fuzz_file_id(std::string_view text) {
  if (!argot::is_file_id(text)) return;
  ASSERT(text.size() == 27 && text.starts_with("file-"));
  std::array<std::byte, 16> number{};
  ASSERT(argot::parse_base58(text.substr(5), number));
  ASSERT(argot::base58(number, 22) == text.substr(5));
}

void fuzz_key(std::string_view text) {
  const std::string masked = argot::api::mask_key(text);
  // Eight characters, the stars and four at most are shown.
  ASSERT(masked.size() <= 20);
  const auto parts = argot::api::parse_key(text);
  if (!parts) return;
  ASSERT(text.size() == argot::api::key_text_bytes);
  ASSERT(text.substr(9, parts->public_id.size()) == parts->public_id);
  const std::string_view secret = text.substr(9 + parts->public_id.size(), 44);
  ASSERT(parts->secret_sha256 == argot::digest::sha256_of(argot::as_bytes(secret)));
  ASSERT(!masked.contains(secret));
}

void fuzz_blob_id(std::string_view text) {
  const auto blob = argot::BlobId::parse(text);
  if (!blob) return;
  ASSERT(blob->text() == text && text.size() == 40);
  ASSERT(text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

void fuzz_base64(std::string_view text) {
  const auto decoded = argot::api::decode_base64(text);
  if (decoded) ASSERT(decoded->size() <= text.size() / 4 * 3 + 3);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  fuzz_number<8>(text);
  fuzz_number<16>(text);
  fuzz_number<32>(text);
  fuzz_file_id(text);
  fuzz_key(text);
  fuzz_blob_id(text);
  fuzz_base64(text);
  return 0;
}
