#include "server/scrub_thread.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"
#include "tests/support/lending_catalog.h"
#include "tests/support/watched_log.h"

namespace argot::server {
namespace {

using namespace std::chrono_literals;

class ScrubThreadTest : public ::testing::Test {
 protected:
  void put_missing_file() {
    const auto project = catalog_.create_organization("test");
    ASSERT_TRUE(catalog_.commit_file(
        {.scope = {.organization_id = project->organization_id, .project_id = project->id},
         .purpose = "user_data",
         .filename = "x",
         .bytes = 7,
         .blob = BlobId::mint(random_)}));
  }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  argot::testing::WatchedLog log_;
  catalog::MemoryCatalog catalog_{clock_, random_};
  argot::testing::FailingCatalog front_{catalog_};
  blob::MemoryStore store_{clock_, random_};
  files::VerifiedBlocks verified_{clock_, 1h};
  files::Scrubber scrubber_{{.catalog = front_,
                             .blobs = store_,
                             .verified = verified_,
                             .clock = clock_,
                             .log = log_,
                             .interval = 1ms}};
};

TEST_F(ScrubThreadTest, ReadsRoundAfterRound) {
  put_missing_file();
  ScrubThread thread(scrubber_, log_, {.idle = 1ms});
  thread.start();
  EXPECT_TRUE(log_.wait_for("alarm_content_missing"));
  EXPECT_TRUE(log_.wait_for("scrub_round"));
  clock_.advance(1ms);
  EXPECT_TRUE(log_.wait_for("alarm_content_missing"));
  thread.stop();
}

TEST_F(ScrubThreadTest, LeavesItToTheOneWhoseDutyItIsAndGoesOnWhereThatOneWas) {
  argot::testing::LendingCatalog lending(clock_, random_);
  Duty theirs(lending, clock_, "scrub", "they");
  Duty ours(lending, clock_, "scrub", "we");
  put_missing_file();
  put_missing_file();
  ASSERT_EQ(theirs.claim(), true);
  ScrubThread thread(scrubber_, log_, {.idle = 1ms, .duty = &ours});
  thread.start();
  while (lending.claims() < 3) std::this_thread::yield();
  EXPECT_EQ(scrubber_.counters().files.value(), 0U);
  // They have read the first one.
  const auto files = catalog_.stored_files(0, 2).value();
  ASSERT_TRUE(catalog_.set_scrub_state(
      {.began_at = clock_.now(), .last_sequence = files.front().sequence}));
  theirs.give_up();
  EXPECT_TRUE(log_.wait_for("scrub_round"));
  EXPECT_EQ(scrubber_.counters().files.value(), 1U);
  thread.stop();
  EXPECT_EQ(theirs.claim(), true);
}

TEST_F(ScrubThreadTest, OneWithoutTheDutyDoesNotWriteDownWhereItIs) {
  argot::testing::LendingCatalog lending(clock_, random_);
  Duty theirs(lending, clock_, "scrub", "they");
  Duty ours(lending, clock_, "scrub", "we");
  put_missing_file();
  ScrubThread thread(scrubber_, log_, {.idle = 1ms, .duty = &ours});
  thread.start();
  ASSERT_TRUE(log_.wait_for("scrub_round"));
  clock_.advance(Duty::lease);
  while (!theirs.claim().value()) clock_.advance(Duty::lease);
  const int claims = lending.claims();
  while (lending.claims() < claims + 2) std::this_thread::yield();
  const catalog::ScrubState state{.began_at = clock_.now(), .last_sequence = 77};
  ASSERT_TRUE(catalog_.set_scrub_state(state));
  thread.stop();
  EXPECT_EQ(catalog_.scrub_state().value().last_sequence, 77);
}

TEST_F(ScrubThreadTest, AnErrorIsLoggedAndTriedAgain) {
  front_.fail_everything(ErrorCode::internal);
  ScrubThread thread(scrubber_, log_, {.idle = 1ms});
  thread.start();
  EXPECT_TRUE(log_.wait_for("scrub_failed"));
  front_.mend();
  EXPECT_TRUE(log_.wait_for("scrub_round"));
}

TEST_F(ScrubThreadTest, EndsAtOnceHoweverLongItWouldWait) {
  ScrubThread thread(scrubber_, log_, {.idle = 24h});
  thread.start();
  EXPECT_TRUE(log_.wait_for("scrub_round"));
  thread.stop();
}

}  // namespace
}  // namespace argot::server
