#include "server/housekeeper.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "blob/faulty_store.h"
#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "files/live_blobs.h"
#include "tests/support/fakes.h"
#include "tests/support/lending_catalog.h"
#include "tests/support/watched_log.h"

namespace argot::server {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds patience = argot::testing::WatchedLog::patience;

class HousekeeperTest : public ::testing::Test {
 protected:
  HousekeeperTest() {
    const auto project = catalog_.create_organization("test");
    scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  }

  BlobId put(std::optional<std::uint64_t> expires_after_seconds) {
    auto staged = store_.stage().value();
    EXPECT_TRUE(staged->finish());
    EXPECT_TRUE(staged->seal());
    const auto file = catalog_.commit_file({.scope = scope_,
                                            .purpose = "user_data",
                                            .filename = "x",
                                            .expires_after_seconds = expires_after_seconds,
                                            .blob = staged->id(),
                                            .organization_bytes_max = 1000});
    EXPECT_TRUE(file);
    return staged->id();
  }

  bool exists(const BlobId& blob) { return store_.open(blob).has_value(); }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  argot::testing::WatchedLog log_;
  catalog::MemoryCatalog catalog_{clock_, random_};
  blob::MemoryStore store_{clock_, random_};
  blob::FaultyStore faulty_{store_};
  files::LiveBlobs live_;
  files::Sweeper sweeper_{catalog_, faulty_, live_, clock_, log_};
  catalog::Scope scope_;
  argot::testing::TempFolder folder_;
  Ballast ballast_{folder_ / "ballast", log_, 4_KiB};
};

TEST_F(HousekeeperTest, SweepsAtOnce) {
  const BlobId kept = put(std::nullopt);
  const BlobId expired = put(3600);
  clock_.advance(2h);
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 1h});
  EXPECT_FALSE(housekeeper.wait_for_first_round(0ms));
  housekeeper.start();
  EXPECT_TRUE(housekeeper.wait_for_first_round(patience));
  EXPECT_TRUE(exists(kept));
  EXPECT_FALSE(exists(expired));
}

TEST_F(HousekeeperTest, LeavesItToTheOneWhoseDutyItIs) {
  argot::testing::LendingCatalog lending(clock_, random_);
  Duty theirs(lending, clock_, "sweep", "they");
  Duty ours(lending, clock_, "sweep", "we");
  ASSERT_EQ(theirs.claim(), true);
  const BlobId expired = put(3600);
  clock_.advance(2h);
  ASSERT_EQ(theirs.claim(), true);
  Housekeeper housekeeper(sweeper_, nullptr, clock_, log_, {.interval = 1ms, .duty = &ours});
  housekeeper.start();
  ASSERT_TRUE(housekeeper.wait_for_first_round(patience));
  EXPECT_TRUE(exists(expired));
  theirs.give_up();
  // Being stopped, it would leave the rest of its round for another time.
  while (exists(expired)) std::this_thread::yield();
  housekeeper.stop();
  // It was given up with the thread.
  EXPECT_EQ(theirs.claim(), true);
}

TEST_F(HousekeeperTest, ADutyThatCannotBeClaimedIsTriedAgain) {
  argot::testing::LendingCatalog lending(clock_, random_);
  lending.fail_claims(true);
  Duty ours(lending, clock_, "sweep", "we");
  put(3600);
  clock_.advance(2h);
  Housekeeper housekeeper(sweeper_, nullptr, clock_, log_, {.interval = 1ms, .duty = &ours});
  housekeeper.start();
  EXPECT_TRUE(log_.wait_for("sweep_failed"));
  EXPECT_GE(housekeeper.failures(), 1U);
  lending.fail_claims(false);
  EXPECT_TRUE(log_.wait_for("sweep_expired"));
}

TEST_F(HousekeeperTest, SweepsAgainAfterEachInterval) {
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 1ms});
  housekeeper.start();
  ASSERT_TRUE(housekeeper.wait_for_first_round(patience));
  put(3600);
  clock_.advance(2h);
  EXPECT_TRUE(log_.wait_for("sweep_expired"));
  put(3600);
  clock_.advance(2h);
  EXPECT_TRUE(log_.wait_for("sweep_expired"));
}

TEST_F(HousekeeperTest, LooksForOrphansAtStartAndWhenTheirTimeHasCome) {
  const auto lose = [&] {
    auto orphan = store_.stage().value();
    ASSERT_TRUE(orphan->finish());
    ASSERT_TRUE(orphan->seal());
  };
  lose();
  clock_.advance(25h);
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 1ms});
  housekeeper.start();
  EXPECT_TRUE(log_.wait_for("sweep_orphan"));
  lose();
  clock_.advance(25h);
  EXPECT_TRUE(log_.wait_for("sweep_orphan"));
}

TEST_F(HousekeeperTest, TriesAgainWhatFailed) {
  faulty_.fail_next(blob::FaultyStore::Operation::remove,
                    Error{.code = ErrorCode::internal, .detail = "disk", .param = {}});
  put(3600);
  clock_.advance(2h);
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 1ms});
  housekeeper.start();
  EXPECT_TRUE(log_.wait_for("sweep_failed"));
  // The next rounds pass, so that what is put now goes as well.
  put(3600);
  clock_.advance(2h);
  EXPECT_TRUE(log_.wait_for("sweep_expired"));
}

TEST_F(HousekeeperTest, RenewsTheBallast) {
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 1ms});
  housekeeper.start();
  ASSERT_TRUE(housekeeper.wait_for_first_round(patience));
  EXPECT_TRUE(ballast_.release());
  // What a round logs before it renews the ballast: the second time, the first round has ended.
  for (int round = 0; round < 2; ++round) {
    put(3600);
    clock_.advance(2h);
    ASSERT_TRUE(log_.wait_for("sweep_expired"));
  }
  EXPECT_TRUE(ballast_.release());
}

TEST_F(HousekeeperTest, StopsInTheMiddleOfAnInterval) {
  Housekeeper housekeeper(sweeper_, &ballast_, clock_, log_, {.interval = 24h});
  housekeeper.start();
  ASSERT_TRUE(housekeeper.wait_for_first_round(patience));
  housekeeper.stop();
  housekeeper.stop();
}

}  // namespace
}  // namespace argot::server
