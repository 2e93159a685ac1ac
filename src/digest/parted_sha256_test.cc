#include "digest/parted_sha256.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace argot::digest {
namespace {

// With the processor's instructions, where it has them, and without.
class PartedSha256Test : public ::testing::TestWithParam<bool> {
 protected:
  static PartedSha256 parted() { return PartedSha256(PartHashes::wanted, GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Ways, PartedSha256Test, ::testing::Bool(),
                         [](const auto& way) { return way.param ? "Instructions" : "Library"; });

// FIPS 180-4 by way of the NIST test vectors: two blocks, and padding that needs one more.
TEST_P(PartedSha256Test, GivesThePublishedDigest) {
  PartedSha256 hash = parted();
  hash.update(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
  const std::string published = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
  EXPECT_EQ(hash.finish_part().hex(), published);
  EXPECT_EQ(hash.finish().hex(), published);
}

TEST_P(PartedSha256Test, PadsWhateverIsLeftOfABlock) {
  const std::string text(3 * sha256_block_bytes, 'x');
  for (std::size_t bytes = 0; bytes <= text.size(); ++bytes) {
    const Bytes content = as_bytes(text).first(bytes);
    PartedSha256 hash = parted();
    hash.update(content);
    EXPECT_EQ(hash.finish(), sha256_of(content)) << bytes;
    EXPECT_EQ(hash.finish_part(), sha256_of(content)) << bytes;
  }
}

TEST_P(PartedSha256Test, PartsMayBeEmpty) {
  PartedSha256 hash = parted();
  EXPECT_EQ(hash.finish_part(), sha256_of({}));
  EXPECT_EQ(hash.finish_part(), sha256_of({}));
  hash.update(as_bytes("a"));
  EXPECT_EQ(hash.finish_part(), sha256_of(as_bytes("a")));
  EXPECT_EQ(hash.finish_part(), sha256_of({}));
  EXPECT_EQ(hash.finish(), sha256_of(as_bytes("a")));
}

// The sizes of parts in a run are multiples of `unit`.
void expect_the_digests_of_the_parts(PartedSha256 hash, std::size_t unit, std::mt19937& random) {
  std::string text(random() % 5'000, '\0');
  std::ranges::generate(text, [&] { return static_cast<char>(random() & 0xFFU); });
  const Bytes content = as_bytes(text);
  for (std::size_t begin = 0; begin < content.size();) {
    const std::size_t wanted = unit * (1 + random() % (1'000 / unit));
    const Bytes part = content.subspan(begin, std::min(wanted, content.size() - begin));
    for (Bytes rest = part; !rest.empty();) {
      const Bytes piece = rest.first(std::min<std::size_t>(random() % 200, rest.size()));
      hash.update(piece);
      rest = rest.subspan(piece.size());
    }
    ASSERT_EQ(hash.finish_part(), sha256_of(part)) << part.size() << " bytes from " << begin;
    begin += part.size();
  }
  ASSERT_EQ(hash.finish(), sha256_of(content)) << content.size() << " bytes";
}

TEST_P(PartedSha256Test, HashesTheWholeAndEachPartHoweverTheyAreCut) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 300 && !HasFatalFailure(); ++round) {
    expect_the_digests_of_the_parts(parted(), sha256_block_bytes, random);
    expect_the_digests_of_the_parts(parted(), 1, random);
  }
}

TEST(PartedSha256, CountsBeyondThirtyTwoBitsOfLength) {
  const std::vector<std::byte> piece(std::size_t{1} << 20U, std::byte{'a'});
  PartedSha256 hash(PartHashes::wanted);
  Sha256 expected;
  for (std::size_t bytes = 0; bytes <= std::size_t{1} << 29U; bytes += piece.size()) {
    hash.update(piece);
    expected.update(piece);
  }
  EXPECT_EQ(hash.finish(), expected.finish());
}

TEST(PartedSha256DeathTest, HasNoPartsWhereTheyAreUnwanted) {
  PartedSha256 hash(PartHashes::unwanted);
  hash.update(as_bytes("abc"));
  EXPECT_DEATH((void)hash.finish_part(), "invariant broken");
  EXPECT_EQ(hash.finish(), sha256_of(as_bytes("abc")));
}

}  // namespace
}  // namespace argot::digest
