#include "files/sweeper.h"

#include <gtest/gtest.h>

#include <stop_token>
#include <string>

#include "files/library_fixture_test.h"

namespace argot::files {
namespace {

class SweeperTest : public LibraryFixture {};

TEST_F(SweeperTest, RemovesWhatHasExpiredAndItsContent) {
  Submission asked = submission();
  asked.expires_after_seconds = 3600;
  ASSERT_TRUE(put("short-lived", asked));
  ASSERT_TRUE(put("kept"));
  EXPECT_EQ(sweeper_.remove_expired(), 0U);
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(sweeper_.remove_expired(), 1U);
  EXPECT_EQ(used_bytes(), 4U);
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(sweeper_.remove_garbage(), 0U);
}

TEST_F(SweeperTest, GoesThroughMoreThanOneBatch) {
  Submission asked = submission();
  asked.expires_after_seconds = 3600;
  for (int count = 0; count < 600; ++count) ASSERT_TRUE(put("x", asked));
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(sweeper_.remove_expired(), 600U);
  EXPECT_EQ(sweeper_.remove_garbage(), 600U);
  EXPECT_EQ(sweeper_.counters().expired.value(), 600U);
  EXPECT_EQ(sweeper_.counters().garbage.value(), 600U);
  EXPECT_EQ(sweeper_.counters().orphans.value(), 0U);
  EXPECT_EQ(blob_count(), 0U);
}

TEST_F(SweeperTest, AFailedRemovalIsTriedAgain) {
  const std::string id = put("x")->id;
  ASSERT_TRUE(library_.remove(scope_, id));
  faulty_.fail_next(blob::FaultyStore::Operation::remove,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_FALSE(sweeper_.remove_garbage());
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(sweeper_.counters().garbage.value(), 0U);
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
  EXPECT_EQ(sweeper_.counters().garbage.value(), 1U);
  EXPECT_EQ(blob_count(), 0U);
}

TEST_F(SweeperTest, WhatCannotBeRemovedDoesNotKeepTheOthers) {
  for (const std::string& id : {put("a")->id, put("b")->id, put("c")->id}) {
    ASSERT_TRUE(library_.remove(scope_, id));
  }
  faulty_.fail_next(blob::FaultyStore::Operation::remove,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_FALSE(sweeper_.remove_garbage());
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
  EXPECT_EQ(blob_count(), 0U);
}

TEST_F(SweeperTest, AStoreThatIsNotThereIsAskedOnceASweep) {
  for (int count = 0; count < 3; ++count) {
    const auto file = put("x");
    ASSERT_TRUE(file);
    ASSERT_TRUE(library_.remove(scope_, file->id));
  }
  faulty_.plant({.operation = blob::FaultyStore::Operation::remove,
                 .error = {.code = ErrorCode::unavailable, .detail = {}, .param = {}},
                 .lasts = blob::FaultyStore::Lasts::for_ever});
  EXPECT_FALSE(sweeper_.remove_garbage());
  EXPECT_EQ(faulty_.calls(blob::FaultyStore::Operation::remove), 1U);
  faulty_.heal();
  EXPECT_EQ(sweeper_.remove_garbage(), 2U);
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
}

TEST_F(SweeperTest, WhatTheStoreNeverLetsGoKeepsNothingBehindIt) {
  const auto stuck = put("a");
  const auto other = put("b");
  ASSERT_TRUE(stuck && other);
  ASSERT_TRUE(library_.remove(scope_, stuck->id));
  ASSERT_TRUE(library_.remove(scope_, other->id));
  const auto fail_once = [this] {
    faulty_.fail_next(blob::FaultyStore::Operation::remove,
                      Error{.code = ErrorCode::unavailable, .detail = {}, .param = {}});
  };
  fail_once();
  EXPECT_FALSE(sweeper_.remove_garbage());
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
  fail_once();
  EXPECT_FALSE(sweeper_.remove_garbage());
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(sweeper_.remove_garbage(), 0U) << "it begins anew at the next";
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
}

TEST_F(SweeperTest, ForgetsAttemptsThatAreTooOldToBeAskedFor) {
  Submission asked = submission();
  asked.attempt = catalog::Attempt{.key_id = "k", .began_at = clock_.now()};
  for (int count = 0; count < 300; ++count) ASSERT_TRUE(put("x", asked));
  EXPECT_EQ(sweeper_.forget_attempts(), 0U);
  clock_.advance(limits::retry_window);
  EXPECT_EQ(sweeper_.forget_attempts(), 300U);
  EXPECT_EQ(blob_count(), 300U);
}

TEST_F(SweeperTest, TakesOrphansThatAreOldEnoughAndNothingElse) {
  ASSERT_TRUE(put("kept"));
  auto orphan = store_.stage().value();
  ASSERT_TRUE(orphan->write(as_bytes("lost in a crash")));
  ASSERT_TRUE(orphan->finish());
  ASSERT_TRUE(orphan->seal());
  ASSERT_EQ(blob_count(), 2U);

  clock_.advance(std::chrono::hours(24) - std::chrono::milliseconds(1));
  EXPECT_EQ(sweeper_.remove_orphans(), 0U);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(sweeper_.remove_orphans(), 1U);
  EXPECT_EQ(blob_count(), 1U);
}

TEST_F(SweeperTest, TakesMoreOrphansThanAreCondemnedAtOnce) {
  for (int count = 0; count < 300; ++count) {
    auto orphan = store_.stage().value();
    ASSERT_TRUE(orphan->finish());
    ASSERT_TRUE(orphan->seal());
  }
  ASSERT_TRUE(put("kept"));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(sweeper_.remove_orphans(), 300U);
  EXPECT_EQ(sweeper_.counters().orphans.value(), 300U);
  EXPECT_EQ(blob_count(), 1U);
}

TEST_F(SweeperTest, AnOrphanThatTheStoreNeverLetsGoKeepsNoOther) {
  for (int count = 0; count < 3; ++count) {
    auto orphan = store_.stage().value();
    ASSERT_TRUE(orphan->finish());
    ASSERT_TRUE(orphan->seal());
  }
  clock_.advance(std::chrono::hours(24));
  faulty_.fail_next(blob::FaultyStore::Operation::remove,
                    Error{.code = ErrorCode::unavailable, .detail = {}, .param = {}});
  EXPECT_EQ(sweeper_.remove_orphans().error().code, ErrorCode::unavailable);
  EXPECT_EQ(blob_count(), 1U);
  EXPECT_EQ(faulty_.calls(blob::FaultyStore::Operation::abandoned), 1U);
}

TEST_F(SweeperTest, AStoreThatLetsNoOrphanGoIsNotAskedForAllOfThem) {
  for (int count = 0; count < 300; ++count) {
    auto orphan = store_.stage().value();
    ASSERT_TRUE(orphan->finish());
    ASSERT_TRUE(orphan->seal());
  }
  clock_.advance(std::chrono::hours(24));
  faulty_.plant({.operation = blob::FaultyStore::Operation::remove,
                 .error = {.code = ErrorCode::unavailable, .detail = {}, .param = {}},
                 .lasts = blob::FaultyStore::Lasts::for_ever});
  EXPECT_FALSE(sweeper_.remove_orphans());
  EXPECT_LE(faulty_.calls(blob::FaultyStore::Operation::remove), 20U);
}

TEST_F(SweeperTest, WhatNobodyKnowsTheOutcomeOfIsTheSweepersWhereProcessesShareACatalogue) {
  const Result<> unknown = fail(ErrorCode::outcome_unknown);
  for (const auto& [kind, swept] : {std::pair(LiveBlobs::Unknown::stays_listed, 0U),
                                    std::pair(LiveBlobs::Unknown::is_for_the_sweeper, 1U)}) {
    LiveBlobs live(kind);
    Sweeper sweeper(catalog_, store_, live, clock_, log_, std::chrono::milliseconds(0));
    auto staged = store_.stage().value();
    ASSERT_TRUE(staged->finish());
    ASSERT_TRUE(staged->seal());
    {
      LiveBlobs::Entry entry = live.add(staged->id());
      entry.give_up(unknown, store_);
      EXPECT_EQ(sweeper.remove_orphans(), 0U);
    }
    EXPECT_EQ(sweeper.remove_orphans(), swept);
    ASSERT_TRUE(store_.remove(staged->id()));
  }
}

TEST_F(SweeperTest, LeavesWhatTheCatalogueDoesNotCondemn) {
  // As where another process commits it between the look and the removal.
  class Committed final : public catalog::MemoryCatalog {
   public:
    using MemoryCatalog::MemoryCatalog;
    Result<std::vector<BlobId>> condemn(std::vector<BlobId> blobs, WallTime) override {
      asked += blobs.size();
      return std::vector<BlobId>{blobs.back()};
    }
    std::size_t asked = 0;
  };
  Committed committed(clock_, random_);
  for (int count = 0; count < 3; ++count) {
    auto staged = store_.stage().value();
    ASSERT_TRUE(staged->finish());
    ASSERT_TRUE(staged->seal());
  }
  LiveBlobs live;
  Sweeper sweeper(committed, store_, live, clock_, log_, std::chrono::milliseconds(0));
  EXPECT_EQ(sweeper.remove_orphans(), 1U);
  EXPECT_EQ(committed.asked, 3U);
  EXPECT_EQ(blob_count(), 2U);
}

TEST_F(SweeperTest, LeavesWhatIsBeingTakenInAlone) {
  LiveBlobs live;
  Sweeper sweeper(catalog_, store_, live, clock_, log_, std::chrono::milliseconds(0));
  auto staged = store_.stage().value();
  ASSERT_TRUE(staged->finish());
  ASSERT_TRUE(staged->seal());
  {
    const LiveBlobs::Entry entry = live.add(staged->id());
    EXPECT_EQ(sweeper.remove_orphans(), 0U);
  }
  EXPECT_EQ(sweeper.remove_orphans(), 1U);
}

TEST_F(SweeperTest, LeavesContentAloneWhoseRowIsBeingCommitted) {
  class SweptCatalog final : public catalog::MemoryCatalog {
   public:
    using MemoryCatalog::MemoryCatalog;
    Result<catalog::File> commit_file(const catalog::NewFile& file) override {
      EXPECT_EQ(sweeper->remove_orphans(), 0U);
      return MemoryCatalog::commit_file(file);
    }
    Sweeper* sweeper = nullptr;
  };
  SweptCatalog swept(clock_, random_);
  const auto project = swept.create_organization("test");
  Library library(swept, store_, clock_, log_, {.policy = small_policy(), .free_bytes_min = 0});
  Sweeper sweeper(swept, store_, library.live_blobs(), clock_, log_, std::chrono::milliseconds(0));
  swept.sweeper = &sweeper;
  scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  auto intake = library.open_intake(scope_).value();
  ASSERT_TRUE(intake->write(as_bytes("new")));
  ASSERT_TRUE(intake->finish());
  ASSERT_TRUE(intake->commit(submission()));
  EXPECT_EQ(blob_count(), 1U);
}

TEST_F(SweeperTest, EveryWalkEndsWhatWasAbandoned) {
  EXPECT_EQ(sweeper_.remove_orphans(), 0U);
  EXPECT_EQ(faulty_.calls(blob::FaultyStore::Operation::abandoned), 1U);
  faulty_.fail_next(blob::FaultyStore::Operation::abandoned,
                    Error{.code = ErrorCode::unavailable, .detail = {}, .param = {}});
  EXPECT_EQ(sweeper_.remove_orphans().error().code, ErrorCode::unavailable);
}

TEST_F(SweeperTest, AWalkThatFailsSaysSo) {
  faulty_.fail_next(blob::FaultyStore::Operation::visit,
                    Error{.code = ErrorCode::internal, .detail = {}, .param = {}});
  EXPECT_FALSE(sweeper_.remove_orphans());
}

TEST_F(SweeperTest, GarbageThatWaitsIsNoOrphan) {
  const std::string id = put("x")->id;
  ASSERT_TRUE(library_.remove(scope_, id));
  clock_.advance(std::chrono::hours(48));
  EXPECT_EQ(sweeper_.remove_orphans(), 0U);
  EXPECT_EQ(sweeper_.remove_garbage(), 1U);
}

TEST_F(SweeperTest, EndsEarlyWhenItIsTold) {
  std::stop_source stopped;
  stopped.request_stop();
  ASSERT_TRUE(library_.remove(scope_, put("x")->id));
  auto orphan = store_.stage().value();
  ASSERT_TRUE(orphan->finish());
  ASSERT_TRUE(orphan->seal());
  clock_.advance(std::chrono::hours(48));
  EXPECT_EQ(sweeper_.remove_expired(stopped.get_token()), 0U);
  EXPECT_EQ(sweeper_.remove_garbage(stopped.get_token()), 0U);
  EXPECT_EQ(sweeper_.remove_orphans(stopped.get_token()), 0U);
  EXPECT_EQ(blob_count(), 2U);
}

}  // namespace
}  // namespace argot::files
