#include "server/scrub_thread.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "blob/memory_store.h"
#include "catalog/memory_catalog.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

using namespace std::chrono_literals;

class WatchedLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override {
    const std::scoped_lock lock(mutex_);
    events_.emplace_back(event);
    changed_.notify_all();
  }

  // No test waits as long as this unless it is about to fail.
  bool wait_for(const std::string& event) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [&] { return std::erase(events_, event) > 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> events_;
};

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
  WatchedLog log_;
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
