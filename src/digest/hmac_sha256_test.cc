#include "digest/hmac_sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace argot::digest {
namespace {

std::string hmac_hex(const std::string& key, const std::string& message) {
  return hmac_sha256(as_bytes(key), as_bytes(message)).hex();
}

// RFC 4231, test cases 1, 2, 6 and 7.
TEST(HmacSha256, GivesThePublishedValues) {
  EXPECT_EQ(hmac_hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hmac_hex(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(hmac_hex(std::string(131, '\xaa'),
                     "This is a test using a larger than block-size key and a larger than "
                     "block-size data. The key needs to be hashed before being used by the HMAC "
                     "algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST(HmacSha256, AKeyOfOneBlockIsTakenAsItIs) {
  const std::string block(64, 'k');
  const std::string longer(65, 'k');
  EXPECT_NE(hmac_hex(block, "m"), hmac_hex(longer, "m"));
  // A key that is padded with zeros is the same key.
  EXPECT_EQ(hmac_hex("key", "m"), hmac_hex(std::string("key\0\0", 5), "m"));
}

}  // namespace
}  // namespace argot::digest
