#include "digest/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/recut.h"

namespace argot::digest {
namespace {

std::string sha256_hex(std::string_view text) { return sha256_of(as_bytes(text)).hex(); }

// The examples of FIPS 180-4 and of the NIST test vectors.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, StartsAnewAfterFinish) {
  Sha256 hash;
  hash.update(as_bytes("something else"));
  (void)hash.finish();
  hash.update(as_bytes("a"));
  hash.update(as_bytes("bc"));
  EXPECT_EQ(hash.finish(), sha256_of(as_bytes("abc")));
  EXPECT_EQ(hash.finish(), sha256_of({}));
}

TEST(Sha256, CarriesItsStateWhenMoved) {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second = std::move(first);
  second.update(as_bytes("c"));
  EXPECT_EQ(second.finish(), sha256_of(as_bytes("abc")));
}

TEST(Sha256Sink, GivesOneDigestHoweverTheBytesAreCut) {
  std::string text;
  for (int line = 0; line < 60; ++line) text += "line " + std::to_string(line) + "\n";
  testing::expect_same_however_cut(text, [](const testing::Play& play) {
    Sha256Sink sink;
    EXPECT_TRUE(play(sink));
    return sink.value().hex();
  });
  Sha256Sink sink;
  EXPECT_TRUE(sink.write(as_bytes(text)));
  EXPECT_TRUE(sink.finish());
  EXPECT_EQ(sink.value(), sha256_of(as_bytes(text)));
}

TEST(Sha256SinkDeathTest, HasNoValueBeforeItIsFinished) {
  const Sha256Sink sink;
  EXPECT_DEATH((void)sink.value(), "invariant broken");
}

TEST(EqualInConstantTime, SeesEveryByteAndTheLength) {
  const std::string secret = "0123456789abcdef";
  EXPECT_TRUE(equal_in_constant_time(as_bytes(secret), as_bytes(secret)));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  for (std::size_t place = 0; place < secret.size(); ++place) {
    std::string other = secret;
    other[place] = static_cast<char>(other[place] ^ 1);
    EXPECT_FALSE(equal_in_constant_time(as_bytes(secret), as_bytes(other))) << place;
  }
  EXPECT_FALSE(equal_in_constant_time(as_bytes(secret), as_bytes(secret).first(15)));
  EXPECT_FALSE(equal_in_constant_time(as_bytes(secret), {}));
}

}  // namespace
}  // namespace argot::digest
