#include "server/scrub_thread.h"

#include <gtest/gtest.h>

#include <string>

#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"
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
  files::Scrubber scrubber_{front_, store_, clock_, log_, 1ms};
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
