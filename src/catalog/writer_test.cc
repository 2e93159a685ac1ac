#include "catalog/writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <latch>
#include <optional>
#include <thread>

#include "catalog/schema.h"
#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

constexpr Sql insert_organization(
    "INSERT INTO organizations (id, name, created_ms) VALUES (?1, 'x', 0)");
constexpr Sql count_organizations("SELECT count(*) FROM organizations");
constexpr Sql give_up("ROLLBACK");

Result<> insert(Connection& connection, const std::string& id) {
  return connection.use(insert_organization).bind(id).run();
}

class WriterTest : public ::testing::Test {
 protected:
  void open(WriterOptions options = {}) {
    options.on_outcome_unknown = [this](const Error&) { ++alarms; };
    writer.emplace(open_database({.path = path}).value(), std::move(options), log);
    reader = open_reader({.path = path}).value();
  }

  // What another connection sees.
  std::int64_t count() {
    Statement statement = reader->use(count_organizations);
    return statement.step().value() ? statement.integer(0) : -1;
  }

  Result<> add(const std::string& id) {
    return writer->run([&](Connection& connection) { return insert(connection, id); });
  }

  // Occupies the writer until `release` is counted down, and returns once it is occupied.
  std::thread occupy(std::latch& release) {
    // owners: this call and the thread, which may look at it after the wait here has ended
    const auto occupied = std::make_shared<std::latch>(1);
    std::thread thread([this, &release, occupied] {
      const Result<> ran = writer->run([&](Connection&) -> Result<> {
        occupied->count_down();
        release.wait();
        return {};
      });
      EXPECT_TRUE(ran);
    });
    occupied->wait();
    return thread;
  }

  testing::TempFolder folder;
  std::string path = folder / "catalog.db";
  SilentLog log;
  std::atomic<int> alarms = 0;
  std::unique_ptr<Connection> reader;
  std::optional<Writer> writer;
};

TEST_F(WriterTest, AChangeIsCommittedWhenItReturns) {
  open();
  for (std::int64_t done = 1; done <= 20; ++done) {
    ASSERT_TRUE(add("org-" + std::to_string(done)));
    EXPECT_EQ(count(), done);
  }
  EXPECT_EQ(writer->stats().operations, 20U);
  EXPECT_EQ(writer->stats().commits, 20U);
}

TEST_F(WriterTest, ChangesThatWaitTogetherShareACommit) {
  open();
  std::latch release(1);
  std::thread occupant = occupy(release);
  constexpr int waiting = 100;
  std::vector<std::thread> threads;
  for (int index = 0; index < waiting; ++index) {
    threads.emplace_back([&, index] { EXPECT_TRUE(add("org-" + std::to_string(index))); });
  }
  while (writer->waiting() < waiting) std::this_thread::yield();
  release.count_down();
  occupant.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(writer->stats().operations, waiting + 1U);
  EXPECT_EQ(writer->stats().commits, 2U);
  EXPECT_EQ(count(), waiting);
}

TEST_F(WriterTest, AGroupHasItsLargestSize) {
  open({.group_max = 4});
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::vector<std::thread> threads;
  for (int index = 0; index < 9; ++index) {
    threads.emplace_back([&, index] { EXPECT_TRUE(add("org-" + std::to_string(index))); });
  }
  while (writer->waiting() < 9) std::this_thread::yield();
  release.count_down();
  occupant.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(writer->stats().commits, 1U + 3U);
}

TEST_F(WriterTest, SaysHowManyChangesACommitHadAndHowLongItTook) {
  // Each look at it is 3 ms after the one before.
  class TickingClock final : public Clock {
   public:
    WallTime now() const override { return {}; }
    SteadyTime steady() const override {
      return SteadyTime(std::chrono::milliseconds(3 * ++looks_));
    }

   private:
    mutable std::atomic<int> looks_ = 0;
  };
  const TickingClock ticking;
  open({.clock = &ticking});
  EXPECT_EQ(writer->stats().commit_seconds.count(), 0U);
  ASSERT_TRUE(add("alone"));
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::vector<std::thread> threads;
  for (int index = 0; index < 3; ++index) {
    threads.emplace_back([&, index] { EXPECT_TRUE(add("org-" + std::to_string(index))); });
  }
  while (writer->waiting() < 3) std::this_thread::yield();
  release.count_down();
  occupant.join();
  for (std::thread& thread : threads) thread.join();

  const WriterStats stats = writer->stats();
  EXPECT_EQ(stats.commit_operations.bounds[2], 4);
  EXPECT_EQ(stats.commit_operations.counts[0], 2U);  // of one change
  EXPECT_EQ(stats.commit_operations.counts[2], 1U);  // of three
  EXPECT_DOUBLE_EQ(stats.commit_operations.sum, 5);
  EXPECT_EQ(stats.commit_seconds.bounds[3], 0.005);
  EXPECT_EQ(stats.commit_seconds.counts[3], 3U);
  EXPECT_NEAR(stats.commit_seconds.sum, 0.009, 1e-9);
}

TEST_F(WriterTest, AFailingChangeUndoesItselfAndNothingElse) {
  open();
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::thread good([&] { EXPECT_TRUE(add("org-good")); });
  while (writer->waiting() < 1) std::this_thread::yield();
  std::thread bad([&] {
    const Result<> refused = writer->run([](Connection& connection) -> Result<> {
      TRY_DO(insert(connection, "org-bad"));
      return fail(ErrorCode::organization_quota_exceeded, "1 GB");
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), (Error{ErrorCode::organization_quota_exceeded, "1 GB", ""}));
  });
  while (writer->waiting() < 2) std::this_thread::yield();
  std::thread last([&] { EXPECT_TRUE(add("org-last")); });
  while (writer->waiting() < 3) std::this_thread::yield();
  release.count_down();
  for (std::thread* thread : {&occupant, &good, &bad, &last}) thread->join();
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(writer->stats().commits, 2U);
}

TEST_F(WriterTest, AChangeThatLosesTheTransactionFailsForAll) {
  open();
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::thread innocent([&] { EXPECT_FALSE(add("org-innocent")); });
  while (writer->waiting() < 1) std::this_thread::yield();
  std::thread culprit([&] {
    EXPECT_FALSE(writer->run([](Connection& connection) { return connection.run(give_up); }));
  });
  while (writer->waiting() < 2) std::this_thread::yield();
  release.count_down();
  for (std::thread* thread : {&occupant, &innocent, &culprit}) thread->join();
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(add("org-next"));
  EXPECT_FALSE(writer->is_poisoned());
}

TEST_F(WriterTest, AFullQueueRefusesAtOnce) {
  open({.queue_max = 2});
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::thread first([&] { EXPECT_TRUE(add("org-1")); });
  std::thread second([&] { EXPECT_TRUE(add("org-2")); });
  while (writer->waiting() < 2) std::this_thread::yield();
  const Result<> refused = add("org-3");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  release.count_down();
  for (std::thread* thread : {&occupant, &first, &second}) thread->join();
  EXPECT_EQ(count(), 2);
}

TEST_F(WriterTest, ClosingEndsWhatWaitsAndRefusesTheRest) {
  open();
  std::latch release(1);
  std::thread occupant = occupy(release);
  std::thread waiting([&] { EXPECT_TRUE(add("org-1")); });
  while (writer->waiting() < 1) std::this_thread::yield();
  std::thread closing([&] { EXPECT_TRUE(writer->close()); });
  release.count_down();
  for (std::thread* thread : {&occupant, &waiting, &closing}) thread->join();
  EXPECT_EQ(count(), 1);
  const Result<> refused = add("org-2");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(writer->close());  // again: nothing
}

TEST_F(WriterTest, ClosingLeavesOneTidyFile) {
  open();
  ASSERT_TRUE(add("org-1"));
  EXPECT_GT(std::filesystem::file_size(path + "-wal"), 0U);
  reader.reset();
  ASSERT_TRUE(writer->close());
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(path + "-shm"));
}

TEST_F(WriterTest, ALockedDatabaseMakesItUnavailableAndNothingWorse) {
  open();
  static constexpr Sql begin("BEGIN IMMEDIATE");
  writer.emplace(
      open_database({.path = path, .busy_timeout = std::chrono::milliseconds(5)}).value(),
      WriterOptions{}, log);
  const std::unique_ptr<Connection> other = open_database({.path = path}).value();
  ASSERT_TRUE(other->run(begin));
  const Result<> locked = add("org-1");
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::unavailable);
  ASSERT_TRUE(other->run(give_up));
  EXPECT_TRUE(add("org-1"));
  EXPECT_EQ(alarms, 0);
}

TEST_F(WriterTest, TheLogIsMovedWhenItIsLong) {
  open({.log_pages_soft_max = 50});
  for (int index = 0; index < 200; ++index) ASSERT_TRUE(add("org-" + std::to_string(index)));
  EXPECT_GT(writer->stats().checkpoints, 0U);
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 100U * 4'096U);
}

TEST_F(WriterTest, ReadersCannotMakeTheLogGrowForEver) {
  open({.log_pages_soft_max = 20, .log_pages_hard_max = 60});
  static constexpr Sql begin_read("BEGIN");
  ASSERT_TRUE(reader->run(begin_read));
  EXPECT_EQ(count(), 0);  // holds on to the first state
  for (int index = 0; index < 20; ++index) ASSERT_TRUE(add("org-a" + std::to_string(index)));
  EXPECT_EQ(count(), 0);
  ASSERT_TRUE(reader->run(give_up));
  for (int index = 0; index < 200; ++index) ASSERT_TRUE(add("org-b" + std::to_string(index)));
  EXPECT_LT(std::filesystem::file_size(path + "-wal"), 150U * 4'096U);
  EXPECT_EQ(count(), 220);
}

TEST_F(WriterTest, AReaderThatStaysIsNotWaitedForAfterEveryChange) {
  static constexpr Sql begin_read("BEGIN");
  open();
  writer.emplace(
      open_database({.path = path, .busy_timeout = std::chrono::milliseconds(1)}).value(),
      WriterOptions{.log_pages_soft_max = 20, .log_pages_hard_max = 60}, log);
  ASSERT_TRUE(reader->run(begin_read));
  EXPECT_EQ(count(), 0);
  for (int index = 0; index < 200; ++index) ASSERT_TRUE(add("org-" + std::to_string(index)));
  EXPECT_GT(std::filesystem::file_size(path + "-wal"), 400U * 4'096U);
  EXPECT_LT(writer->stats().checkpoints, 10U);
  ASSERT_TRUE(reader->run(give_up));
}

}  // namespace
}  // namespace argot::catalog
