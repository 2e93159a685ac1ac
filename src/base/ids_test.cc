#include "base/ids.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "tests/support/fakes.h"

namespace argot {
namespace {

using testing::SeededRandom;

WallTime at_milliseconds(std::int64_t count) { return WallTime(std::chrono::milliseconds(count)); }

TEST(Base58, SpellsKnownNumbers) {
  const std::array<std::byte, 2> fifty_eight = {std::byte{0}, std::byte{58}};
  EXPECT_EQ(base58(fifty_eight, 4), "1121");
  const std::array<std::byte, 2> largest = {std::byte{0xFF}, std::byte{0xFF}};
  EXPECT_EQ(base58(largest, 3), "LUv");
}

TEST(Base58, ReadsBackWhatItSpelled) {
  SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  for (int round = 0; round < 1000; ++round) {
    std::array<std::byte, 16> number{};
    random.fill(number);
    std::array<std::byte, 16> back{};
    ASSERT_TRUE(parse_base58(base58(number, 22), back));
    EXPECT_EQ(back, number);
  }
}

TEST(Base58, RefusesForeignDigitsAndNumbersThatDoNotFit) {
  std::array<std::byte, 2> out{};
  EXPECT_FALSE(parse_base58("10", out));  // no zero in base58
  EXPECT_FALSE(parse_base58("l", out));
  EXPECT_TRUE(parse_base58("LUv", out));
  EXPECT_FALSE(parse_base58("LUw", out));  // 2^16
}

TEST(FileId, SortsByCreation) {
  SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  std::string last;
  for (std::int64_t time = 1'700'000'000'000; time < 1'700'000'002'000; ++time) {
    const std::string id = mint_file_id(at_milliseconds(time), random);
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(FileId, HasTheFormOfAFileId) {
  SystemRandom random;
  const std::string id = mint_file_id(at_milliseconds(1'700'000'000'000), random);
  EXPECT_EQ(id.size(), 27U);
  EXPECT_TRUE(is_file_id(id));
  EXPECT_FALSE(is_file_id(id.substr(1)));
  EXPECT_FALSE(is_file_id(id + "1"));
  EXPECT_FALSE(is_file_id("file-"));
  EXPECT_FALSE(is_file_id("file-0000000000000000000000"));
  EXPECT_FALSE(is_file_id("file-zzzzzzzzzzzzzzzzzzzzzz"));  // above 2^128
  EXPECT_FALSE(is_file_id("../../../../../etc/passwd"));
}

TEST(RandomId, NeverRepeatsAndHasItsLength) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int round = 0; round < 1000; ++round) {
    const std::string id = mint_random_id("org-", random);
    EXPECT_EQ(id.size(), 28U);
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_TRUE(seen.insert(mint_hex_id("req_", random)).second);
  }
}

TEST(TimedId, BeginsWithItsSeconds) {
  SystemRandom random;
  const WallTime time = at_milliseconds(1'758'145'149'999);
  const std::string id = mint_timed_id("upload_", time, random);
  EXPECT_EQ(id.size(), 39U);
  EXPECT_TRUE(id.starts_with("upload_68cb2a7d")) << id;
  EXPECT_NE(id, mint_timed_id("upload_", time, random));
  EXPECT_TRUE(is_timed_id("upload_", id));
  EXPECT_FALSE(is_timed_id("part_", id));
  EXPECT_FALSE(is_timed_id("upload_", id + "0"));
  EXPECT_FALSE(is_timed_id("upload_", id.substr(0, 38)));
  EXPECT_FALSE(is_timed_id("upload_", "upload_" + std::string(32, 'G')));
}

TEST(BlobIdForm, IsFortyLowerCaseHexadecimalDigits) {
  SystemRandom random;
  const BlobId id = BlobId::mint(random);
  EXPECT_EQ(id.text().size(), 40U);
  EXPECT_EQ(BlobId::parse(id.text()), id);
  EXPECT_EQ(BlobId::parse(id.text().substr(1)), std::nullopt);
  EXPECT_EQ(BlobId::parse(std::string(39, 'a') + "/"), std::nullopt);
  EXPECT_EQ(BlobId::parse(std::string(39, 'a') + "A"), std::nullopt);
}

}  // namespace
}  // namespace argot
