#include "server/document_threads.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "blob/disk_store.h"
#include "catalog/memory_catalog.h"
#include "files/library.h"
#include "tests/support/failing_catalog.h"
#include "tests/support/fakes.h"
#include "tests/support/watched_log.h"

namespace argot::server {
namespace {

using namespace std::chrono_literals;

// Tells the log when it was asked in vain: whoever asked goes to sleep.
class AskedCatalog final : public catalog::MemoryCatalog {
 public:
  AskedCatalog(Clock& clock, Random& random, Log& log) : MemoryCatalog(clock, random), log_(log) {}

  Result<std::optional<catalog::WaitingFile>> claim_waiting(std::string_view after_organization_id,
                                                            WallTime now, WallTime until) override {
    auto lent = MemoryCatalog::claim_waiting(after_organization_id, now, until);
    if (lent && !*lent) log_.info("asked_in_vain", {});
    return lent;
  }

 private:
  Log& log_;
};

class DocumentThreadsTest : public ::testing::Test {
 protected:
  DocumentThreadsTest() {
    const auto project = catalog_.create_organization("test");
    scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  }

  void put() {
    auto intake = library_.open_intake(scope_).value();
    intake->expect_purpose(policy::Purpose::assistants);
    intake->expect_filename("a.html");
    EXPECT_TRUE(intake->write(as_bytes("<p>Hello")));
    EXPECT_TRUE(intake->finish());
    EXPECT_TRUE(intake->commit({.scope = scope_,
                                .purpose = policy::Purpose::assistants,
                                .filename = "a.html",
                                .expires_after_seconds = {}}));
  }

  void wait_until_none_waits() {
    while (catalog_.waiting_files().value() > 0) ASSERT_TRUE(log_.wait_for("document_read"));
  }

  argot::testing::TempFolder folder_{argot::testing::TempFolder::in_memory()};
  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  argot::testing::WatchedLog log_;
  AskedCatalog catalog_{clock_, random_, log_};
  argot::testing::FailingCatalog failing_{catalog_};
  std::unique_ptr<blob::BlobStore> store_ =
      blob::DiskStore::open({.root = folder_.path(), .random = random_}).value();
  DocumentThreads* threads_ = nullptr;
  files::Library library_{catalog_, *store_, clock_, log_, {.policy = {}, .on_waiting = [this] {
                                                              if (threads_ != nullptr)
                                                                threads_->wake();
                                                            }}};
  documents::Extractor extractor_{documents::Extractor::Options()};
  files::DocumentReader reader_{{.catalog = failing_,
                                 .blobs = *store_,
                                 .extractor = extractor_,
                                 .counters = library_.token_counters(),
                                 .settings = library_.policy(),
                                 .clock = clock_,
                                 .log = log_,
                                 .copies_folder = ""}};
  catalog::Scope scope_;
};

TEST_F(DocumentThreadsTest, ReadsWhatWaitsAtTheStartAndWhatComesLater) {
  for (int count = 0; count < 5; ++count) put();
  DocumentThreads threads(reader_, log_, {.threads = 2, .idle = 24h});
  threads_ = &threads;
  threads.start();
  wait_until_none_waits();
  for (int count = 0; count < 5; ++count) put();
  wait_until_none_waits();
  threads.stop();
  EXPECT_EQ(reader_.counters().outcomes[0].value(), 10U);
}

TEST_F(DocumentThreadsTest, AreWokenByWhatComes) {
  DocumentThreads threads(reader_, log_, {.idle = 24h});
  threads_ = &threads;
  threads.start();
  ASSERT_TRUE(log_.wait_for("asked_in_vain"));
  put();
  wait_until_none_waits();
}

TEST_F(DocumentThreadsTest, LooksAgainWithoutBeingTold) {
  DocumentThreads threads(reader_, log_, {.idle = 1ms});
  threads.start();
  put();
  wait_until_none_waits();
}

TEST_F(DocumentThreadsTest, AnErrorIsLoggedAndTriedAgain) {
  failing_.fail_everything(ErrorCode::internal);
  put();
  DocumentThreads threads(reader_, log_, {.pause_after_error = 1ms});
  threads.start();
  EXPECT_TRUE(log_.wait_for("documents_failed"));
  failing_.mend();
  wait_until_none_waits();
}

TEST_F(DocumentThreadsTest, WithoutThreadsNothingIsRead) {
  put();
  DocumentThreads threads(reader_, log_, {.threads = 0});
  threads.start();
  threads.wake();
  threads.stop();
  EXPECT_EQ(catalog_.waiting_files().value(), 1U);
}

}  // namespace
}  // namespace argot::server
