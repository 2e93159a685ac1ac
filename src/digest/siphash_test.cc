#include "digest/siphash.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <set>
#include <string>

#include "tests/support/fakes.h"

namespace argot::digest {
namespace {

// The key of the published vectors: the bytes 00 to 0f.
constexpr SipHashKey counting_key{.first = 0x07060504'03020100U, .second = 0x0F0E0D0C'0B0A0908U};

// What libcrypto says.
SipHashValue reference(const SipHashKey& key, std::string_view text) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
      EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_SIPHASH, nullptr), &EVP_MAC_free);
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context(
      EVP_MAC_CTX_new(algorithm.get()), &EVP_MAC_CTX_free);
  SipHashValue value;
  std::size_t size = sizeof value;
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
  EXPECT_EQ(EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(&key), sizeof key,
                         parameters.data()),
            1);
  EXPECT_EQ(EVP_MAC_update(context.get(), reinterpret_cast<const unsigned char*>(text.data()),
                           text.size()),
            1);
  EXPECT_EQ(
      EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(&value), &size, sizeof value),
      1);
  return value;
}

// The first and the last of the reference code's vectors for 128 bits.
TEST(SipHash, GivesThePublishedValues) {
  std::string text;
  EXPECT_EQ(siphash128(counting_key, as_bytes(text)),
            (SipHashValue{.first = 0xE6A825BA'047F81A3U, .second = 0x930255C7'1472F66DU}));
  for (char byte = 0; byte < 63; ++byte) text += byte;
  EXPECT_EQ(siphash128(counting_key, as_bytes(text)), reference(counting_key, text));
}

TEST(SipHash, AgreesWithLibcryptoOnRandomTexts) {
  testing::SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  for (std::size_t size = 0; size < 300; ++size) {
    const SipHashKey key = SipHashKey::made_with(random);
    std::string text(size, '\0');
    random.fill(std::as_writable_bytes(std::span(text)));
    ASSERT_EQ(siphash128(key, as_bytes(text)), reference(key, text)) << size;
  }
}

TEST(SipHash, KeysAreMadeOfRandomBytes) {
  SystemRandom random;
  std::set<std::uint64_t> halves;
  for (int time = 0; time < 10; ++time) {
    const SipHashKey key = SipHashKey::made_with(random);
    halves.insert(key.first);
    halves.insert(key.second);
  }
  EXPECT_EQ(halves.size(), 20U);
}

}  // namespace
}  // namespace argot::digest
