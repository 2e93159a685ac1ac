// That the time of a refusal does not tell which keys exist: the comparison in constant time is
// reached in every case. Time itself is measured by bench/key_timing.cc, because a test of it would
// fail by chance.

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/api_key.h"
#include "api/auth.h"
#include "catalog/memory_catalog.h"
#include "digest/sha256.h"
#include "http/head_parser.h"
#include "tests/support/fakes.h"

namespace argot::api {
namespace {

std::vector<std::size_t>& compared_bytes() {
  thread_local std::vector<std::size_t> sizes;
  return sizes;
}

}  // namespace
}  // namespace argot::api

// Stands before libcrypto's in this program, and writes down how much was compared.
extern "C" int CRYPTO_memcmp(const void* left, const void* right, std::size_t size) {
  argot::api::compared_bytes().push_back(size);
  const auto* const one = static_cast<const unsigned char*>(left);
  const auto* const other = static_cast<const unsigned char*>(right);
  unsigned difference = 0;
  for (std::size_t at = 0; at < size; ++at) difference |= one[at] ^ other[at];
  return static_cast<int>(difference);
}

namespace argot::api {
namespace {

class AuthTimeTest : public ::testing::Test {
 protected:
  AuthTimeTest() { scope_.organization_id = catalog_.create_organization("ours")->organization_id; }

  // The digits of a key that are secret.
  static std::string secret_of(const MintedKey& key) {
    const std::string digits = key.text.substr(key.text.find(key.parts.public_id));
    return digits.substr(key.parts.public_id.size(), 44);
  }

  // A key of the id of `key` whose secret is `secret`.
  catalog::Key row(const MintedKey& key, const std::string& secret) const {
    return {.public_id = key.parts.public_id,
            .secret_sha256 = digest::sha256_of(as_bytes(secret)),
            .scope = scope_,
            .name = "test",
            .permissions = 1,
            .created_at = clock_.now(),
            .expires_at = std::nullopt,
            .revoked_at = std::nullopt};
  }

  // What was compared when a request came with `key`.
  std::vector<std::size_t> compared_for(const std::string& key, bool is_good = false) {
    const std::string head =
        "GET /v1/files HTTP/1.1\r\nHost: argot.test\r\nAuthorization: Bearer " + key + "\r\n\r\n";
    const auto request = http::parse_head(head);
    EXPECT_TRUE(request.has_value());
    compared_bytes().clear();
    const auto caller = Authenticator(catalog_, clock_, {}).authenticate(*request);
    EXPECT_EQ(caller.has_value(), is_good);
    return compared_bytes();
  }

  testing::FakeClock clock_;
  testing::SeededRandom random_{11};
  catalog::MemoryCatalog catalog_{clock_, random_};
  catalog::Scope scope_;
};

using Sizes = std::vector<std::size_t>;
const Sizes whole_digest_once = {digest::Sha256Value{}.bytes.size()};

TEST_F(AuthTimeTest, AWholeDigestIsComparedOnceWhateverIsWrong) {
  const MintedKey unknown = mint_key(random_);
  EXPECT_EQ(compared_for(unknown.text), whole_digest_once);

  const MintedKey half_right = mint_key(random_);
  const std::string half = secret_of(half_right).substr(0, 22) + std::string(22, '1');
  ASSERT_TRUE(catalog_.create_key(row(half_right, half)));
  EXPECT_EQ(compared_for(half_right.text), whole_digest_once);

  const MintedKey all_wrong = mint_key(random_);
  ASSERT_TRUE(catalog_.create_key(row(all_wrong, std::string(44, '1'))));
  EXPECT_EQ(compared_for(all_wrong.text), whole_digest_once);

  const MintedKey revoked = mint_key(random_);
  ASSERT_TRUE(catalog_.create_key(row(revoked, secret_of(revoked))));
  ASSERT_TRUE(catalog_.revoke_key(revoked.parts.public_id, clock_.now()));
  EXPECT_EQ(compared_for(revoked.text), whole_digest_once);

  const MintedKey expired = mint_key(random_);
  catalog::Key ended = row(expired, secret_of(expired));
  ended.expires_at = clock_.now();
  ASSERT_TRUE(catalog_.create_key(ended));
  EXPECT_EQ(compared_for(expired.text), whole_digest_once);
}

TEST_F(AuthTimeTest, AGoodKeyIsComparedAsABadOneIs) {
  const MintedKey good = mint_key(random_);
  ASSERT_TRUE(catalog_.create_key(row(good, secret_of(good))));
  EXPECT_EQ(compared_for(good.text, true), whole_digest_once);
}

// Its check digits are wrong, so it is nobody's, and that is no secret.
TEST_F(AuthTimeTest, WhatIsNoKeyIsComparedWithNothing) {
  EXPECT_EQ(compared_for("sk-argot-x"), Sizes{});
}

}  // namespace
}  // namespace argot::api
