#include "catalog/fingerprint.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

class FingerprintTest : public ::testing::Test {
 protected:
  NewFile file(std::string purpose, std::string filename) {
    NewFile made = base_;
    made.purpose = std::move(purpose);
    made.filename = std::move(filename);
    return made;
  }

 private:
  testing::SeededRandom random_;
  NewFile base_ = make_file(random_, {.id = "proj_1", .organization_id = "org-1", .name = {}});
};

TEST_F(FingerprintTest, IsThatOfWhatTheClientSaid) {
  NewFile first = file("vision", "a");
  NewFile second = first;
  second.report = "{}";
  second.status = FileStatus::error;
  second.organization_bytes_max = 7;
  second.attempt = Attempt{.key_id = "k", .idempotency_key = "i", .retry_count = 3, .began_at = {}};
  EXPECT_TRUE(fingerprint_of(first) == fingerprint_of(second));
}

// No two lists of texts may be the same bytes when they are put one behind the other.
TEST_F(FingerprintTest, TextsKeepTheirEnds) {
  std::set<std::vector<std::byte>> seen;
  const std::vector<NewFile> files = {file("ab", "c"),
                                      file("a", "bc"),
                                      file("abc", ""),
                                      file("", "abc"),
                                      file(std::string("a\0", 2), "bc"),
                                      file("a", std::string("\0bc", 3))};
  for (const NewFile& each : files) {
    const auto value = fingerprint_of(each);
    seen.insert({value.bytes.begin(), value.bytes.end()});
  }
  EXPECT_EQ(seen.size(), files.size());
}

TEST(TryBit, IsOneForEachTryUpToTheLast) {
  const auto bit = [](std::uint32_t retry_count) {
    return try_bit(
        {.key_id = {}, .idempotency_key = {}, .retry_count = retry_count, .began_at = {}});
  };
  EXPECT_EQ(bit(0), 1);
  EXPECT_EQ(bit(1), 2);
  EXPECT_EQ(bit(62), std::int64_t{1} << 62U);
  EXPECT_EQ(bit(63), bit(62));
  EXPECT_EQ(bit(4'000'000'000U), bit(62));
}

}  // namespace
}  // namespace argot::catalog
