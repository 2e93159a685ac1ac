#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <vector>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

class PostgresOrphanRows : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    left = open();
    right = open();
    project = value_of(left->create_organization("Test"));
  }

  Scope scope() const {
    return {.organization_id = project.organization_id, .project_id = project.id};
  }
  Upload begin_upload() {
    return value_of(left->create_upload({.scope = scope(),
                                         .purpose = "user_data",
                                         .filename = "big.bin",
                                         .bytes = 100,
                                         .lifetime = std::chrono::hours(1)}));
  }
  NewPart make_part(const Upload& upload) {
    NewPart part{.scope = upload.scope,
                 .upload_id = upload.id,
                 .bytes = 10,
                 .checksums = {.blocks = {1}},
                 .blob = BlobId::mint(random)};
    random.fill(part.sha256.bytes);
    return part;
  }
  std::vector<BlobId> condemn(const std::vector<BlobId>& blobs) {
    return value_of(right->condemn(blobs, clock.now()));
  }

  std::unique_ptr<PostgresCatalog> left;
  std::unique_ptr<PostgresCatalog> right;
  Project project;
};

TEST_F(PostgresOrphanRows, WhatNothingNamesCanNoLongerBeCommitted) {
  const NewFile file = make_file(random, project, 10);
  EXPECT_EQ(condemn({file.blob}), std::vector{file.blob});
  EXPECT_EQ(code_of(left->commit_file(file)), "unavailable");
  const Upload upload = begin_upload();
  NewPart part = make_part(upload);
  EXPECT_EQ(condemn({part.blob}), std::vector{part.blob});
  EXPECT_EQ(code_of(left->add_part(part)), "unavailable");
  EXPECT_EQ(value_of(left->organization_usage(project.organization_id)), Usage{});
  EXPECT_FALSE(value_of(left->is_known(file.blob)));
  EXPECT_EQ(condemn({file.blob}), std::vector{file.blob}) << "its removal may have failed";

  EXPECT_TRUE(left->commit_file(make_file(random, project, 10)));
  part.blob = BlobId::mint(random);
  EXPECT_TRUE(left->add_part(part));
}

TEST_F(PostgresOrphanRows, WhatSomethingNamesIsLeftAlone) {
  const NewFile kept = make_file(random, project, 10);
  ASSERT_TRUE(left->commit_file(kept));
  const NewFile deleted = make_file(random, project, 10);
  const std::string id = value_of(left->commit_file(deleted)).id;
  ASSERT_TRUE(value_of(left->delete_file(scope(), id, clock.now())));
  const NewPart part = make_part(begin_upload());
  ASSERT_TRUE(left->add_part(part));
  const BlobId orphan = BlobId::mint(random);
  EXPECT_EQ(condemn({kept.blob, deleted.blob, orphan, part.blob}), std::vector{orphan});
  EXPECT_TRUE(condemn({}).empty());
}

TEST_F(PostgresOrphanRows, OfACommitAndItsCondemnationOneSucceeds) {
  constexpr int rounds = 100;
  int committed_count = 0;
  for (int round = 0; round < rounds; ++round) {
    const NewFile file = make_file(random, project, 1);
    bool committed = false;
    std::thread committing([&] { committed = left->commit_file(file).has_value(); });
    const bool condemned = !condemn({file.blob}).empty();
    committing.join();
    EXPECT_NE(committed, condemned) << "round " << round;
    committed_count += committed ? 1 : 0;
  }
  EXPECT_EQ(value_of(left->organization_usage(project.organization_id)).files,
            static_cast<std::uint64_t>(committed_count));
}

TEST_F(PostgresOrphanRows, WhatWasCondemnedLongAgoIsForgotten) {
  const NewFile file = make_file(random, project, 10);
  condemn({file.blob});
  clock.advance(std::chrono::days(30));
  condemn({BlobId::mint(random)});
  EXPECT_EQ(code_of(left->commit_file(file)), "unavailable");
  clock.advance(std::chrono::milliseconds(1));
  condemn({BlobId::mint(random)});
  EXPECT_TRUE(left->commit_file(file));
}

}  // namespace
}  // namespace argot::catalog
