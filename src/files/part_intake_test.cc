#include "files/part_intake.h"

#include <gtest/gtest.h>

#include <string>

#include "digest/sha256.h"
#include "files/upload_fixture_test.h"
#include "tests/support/failing_catalog.h"

namespace argot::files {
namespace {

class PartIntakeTest : public UploadFixture {
 protected:
  PartIntakeTest() : upload_(uploads_.uploads().begin(announcement(100)).value()) {}

  catalog::Upload upload_;
};

TEST_F(PartIntakeTest, WhatIsCommittedIsStoredWithItsDigestAndItsChecksums) {
  const std::string content = "the part";
  add(uploads_, upload_, content);
  const auto parts = catalog_.upload_parts(upload_.id).value();
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].bytes, content.size());
  EXPECT_EQ(parts[0].sha256, digest::sha256_of(as_bytes(content)));
  EXPECT_EQ(parts[0].checksums.blocks.size(), 1U);
  EXPECT_EQ(store_.open(parts[0].blob).value()->size(), content.size());
  EXPECT_EQ(used_bytes(), content.size());
  EXPECT_FALSE(uploads_.live_blobs().contains(parts[0].blob));
}

TEST_F(PartIntakeTest, APartThatBreaksOffLeavesNothing) {
  {
    auto intake = uploads_.open_part(scope_, upload_.id).value();
    ASSERT_TRUE(intake->write(as_bytes("half")));
  }
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_TRUE(catalog_.upload_parts(upload_.id)->empty());
}

TEST_F(PartIntakeTest, APartMayHaveSoManyBytesAndNotOneMore) {
  auto intake = uploads_.open_part(scope_, upload_.id).value();
  const std::string mebibyte(1_MiB, 'x');
  for (int count = 0; count < 64; ++count) ASSERT_TRUE(intake->write(as_bytes(mebibyte)));
  const auto refused = intake->write(as_bytes("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(describe(refused.error()),
            "invalid_request: A part may have at most 64 MB, and this one has more. (data)");
}

TEST_F(PartIntakeTest, ARefusedPartLeavesNothing) {
  auto intake = uploads_.open_part(scope_, upload_.id).value();
  ASSERT_TRUE(intake->write(as_bytes("late")));
  ASSERT_TRUE(intake->finish());
  ASSERT_TRUE(uploads_.uploads().cancel(scope_, upload_.id));
  EXPECT_EQ(intake->commit().error().code, ErrorCode::upload_not_pending);
  EXPECT_EQ(blob_count(), 0U);
}

TEST_F(PartIntakeTest, AnUncertainCommitKeepsTheBytes) {
  testing::FailingCatalog failing(catalog_);
  Library library(failing, faulty_, clock_, log_, {});
  Sweeper sweeper(catalog_, faulty_, library.live_blobs(), clock_, log_);
  auto intake = library.open_part(scope_, upload_.id).value();
  ASSERT_TRUE(intake->write(as_bytes("who knows")));
  ASSERT_TRUE(intake->finish());
  failing.fail_changes(ErrorCode::outcome_unknown);
  EXPECT_EQ(intake->commit().error().code, ErrorCode::outcome_unknown);
  intake = nullptr;
  clock_.advance(limits::orphan_age + std::chrono::hours(1));
  EXPECT_EQ(sweeper.remove_orphans().value(), 0U);
  EXPECT_EQ(blob_count(), 1U);
}

}  // namespace
}  // namespace argot::files
