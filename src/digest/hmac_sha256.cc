#include "digest/hmac_sha256.h"

#include <algorithm>
#include <array>

#include "digest/sha256.h"

namespace argot::digest {
namespace {

constexpr std::size_t block_bytes = 64;  // of SHA-256
constexpr std::byte inner_pad{0x36};
constexpr std::byte outer_pad{0x5C};

}  // namespace

Sha256Value hmac_sha256(Bytes key, Bytes message) {
  std::array<std::byte, block_bytes> padded{};
  if (key.size() > block_bytes) {
    const Sha256Value hashed = sha256_of(key);
    std::copy_n(hashed.bytes.data(), hashed.bytes.size(), padded.data());
  } else {
    std::copy_n(key.data(), key.size(), padded.data());
  }
  std::array<std::byte, block_bytes> mask{};
  Sha256 hash;
  std::ranges::transform(padded, mask.begin(), [](std::byte byte) { return byte ^ inner_pad; });
  hash.update(mask);
  hash.update(message);
  const Sha256Value inner = hash.finish();
  std::ranges::transform(padded, mask.begin(), [](std::byte byte) { return byte ^ outer_pad; });
  hash.update(mask);
  hash.update(inner.bytes);
  return hash.finish();
}

}  // namespace argot::digest
