#include "files/verified_blocks.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "tests/support/fakes.h"

namespace argot::files {
namespace {

TEST(VerifiedBlocks, RemembersBlocksOneByOne) {
  SystemRandom random;
  const BlobId blob = BlobId::mint(random);
  const BlobId other = BlobId::mint(random);
  testing::FakeClock clock;
  VerifiedBlocks verified(clock, std::chrono::hours(1));
  EXPECT_FALSE(verified.contains(blob, 3));
  verified.add(blob, 3);
  EXPECT_TRUE(verified.contains(blob, 3));
  EXPECT_EQ(verified.added(), 1U);
  EXPECT_FALSE(verified.contains(blob, 2));
  EXPECT_FALSE(verified.contains(blob, 4));
  EXPECT_FALSE(verified.contains(other, 3));
}

TEST(VerifiedBlocks, ForgetsTheBlobThatWasAskedForLongestAgo) {
  SystemRandom random;
  const BlobId first = BlobId::mint(random);
  const BlobId second = BlobId::mint(random);
  const BlobId third = BlobId::mint(random);
  testing::FakeClock clock;
  VerifiedBlocks verified(clock, std::chrono::hours(1), 2);
  verified.add(first, 0);
  verified.add(second, 0);
  EXPECT_TRUE(verified.contains(first, 0));  // now second is the oldest
  verified.add(third, 0);
  EXPECT_TRUE(verified.contains(first, 0));
  EXPECT_FALSE(verified.contains(second, 0));
  EXPECT_TRUE(verified.contains(third, 0));
}

TEST(VerifiedBlocks, ABlobIsCheckedAgainWhenItsCheckIsTooOld) {
  SystemRandom random;
  const BlobId blob = BlobId::mint(random);
  testing::FakeClock clock;
  VerifiedBlocks verified(clock, std::chrono::hours(1));
  verified.add(blob, 0);
  clock.advance(std::chrono::minutes(30));
  verified.add(blob, 1);
  clock.advance(std::chrono::minutes(30) - std::chrono::milliseconds(1));
  EXPECT_TRUE(verified.contains(blob, 0));
  EXPECT_TRUE(verified.contains(blob, 1));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(verified.contains(blob, 1));
  EXPECT_FALSE(verified.contains(blob, 0));
  verified.add(blob, 1);
  EXPECT_TRUE(verified.contains(blob, 1));
  EXPECT_FALSE(verified.contains(blob, 0));
}

TEST(VerifiedBlocks, ABlobIsCheckedAgainOnceSomethingIsWrongWithIt) {
  SystemRandom random;
  const BlobId blob = BlobId::mint(random);
  const BlobId other = BlobId::mint(random);
  testing::FakeClock clock;
  VerifiedBlocks verified(clock, std::chrono::hours(1), 2);
  verified.forget(blob);
  verified.add(blob, 0);
  verified.add(blob, 1);
  verified.add(other, 0);
  verified.forget(blob);
  EXPECT_FALSE(verified.contains(blob, 0));
  EXPECT_FALSE(verified.contains(blob, 1));
  EXPECT_TRUE(verified.contains(other, 0));
  verified.add(blob, 1);
  EXPECT_FALSE(verified.contains(blob, 0));
  EXPECT_TRUE(verified.contains(blob, 1));
  EXPECT_TRUE(verified.contains(other, 0)) << "there is room for both";
}

}  // namespace
}  // namespace argot::files
