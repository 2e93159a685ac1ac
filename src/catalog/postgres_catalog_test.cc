// What every Catalog must do is tested in the contract suites; this is what many processes on one
// server are to each other.
#include "catalog/postgres_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <optional>
#include <set>
#include <thread>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class PostgresCatalogTest : public PostgresTest {};

// Keeps all that it is told.
class KeepingLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    const std::scoped_lock lock(mutex_);
    text_ += event;
    for (const LogField& field : fields) {
      if (const auto* const text = std::get_if<std::string_view>(&field.value)) {
        text_ += " " + std::string(field.name) + "=" + std::string(*text);
      }
    }
    text_ += '\n';
  }
  std::string text() const {
    const std::scoped_lock lock(mutex_);
    return text_;
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

TEST_F(PostgresCatalogTest, TwoCataloguesSeeEachOthersChanges) {
  const auto left = open();
  const auto right = open();
  const Project project = value_of(left->create_organization("Acme"));
  const File file = value_of(right->commit_file(make_file(random, project, 5)));
  EXPECT_TRUE(value_of(left->find_file(file.scope, file.id, clock.now())));
  EXPECT_TRUE(value_of(left->delete_file(file.scope, file.id, clock.now())));
  EXPECT_FALSE(value_of(right->find_file(file.scope, file.id, clock.now())));
  ASSERT_TRUE(right->create_key({.public_id = "abc", .scope = {project.organization_id, {}}}));
  EXPECT_TRUE(value_of(left->find_key("abc")));
  // Neither needs to know how the other's clock goes.
  clock.advance(std::chrono::hours(1));
  const File later = value_of(left->commit_file(make_file(random, project)));
  clock.advance(std::chrono::hours(-2));
  EXPECT_GT(value_of(right->commit_file(make_file(random, project))).id, later.id);
}

TEST_F(PostgresCatalogTest, OfManyThatStartOnAnEmptyDatabaseOneMakesTheFirstOrganization) {
  constexpr int starts = 8;
  const auto left = open();
  const auto right = open();
  std::vector<std::string> found(starts);
  std::latch all_ready(starts);
  {
    std::vector<std::jthread> threads;
    for (int start = 0; start < starts; ++start) {
      threads.emplace_back([&, start] {
        const auto& catalog = start % 2 == 0 ? left : right;
        all_ready.arrive_and_wait();
        found[static_cast<std::size_t>(start)] = value_of(catalog->first_organization("default"));
      });
    }
  }
  const std::vector<std::string> made = value_of(left->organizations());
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(found, std::vector<std::string>(starts, made[0]));
  EXPECT_EQ(value_of(right->projects(made[0])).size(), 1U);
}

TEST_F(PostgresCatalogTest, TheQuotaIsExactUnderContentionOfTwoProcesses) {
  const auto left = open();
  const auto right = open();
  const Project project = value_of(left->create_organization("Acme"));
  constexpr int threads_count = 16;
  constexpr int each = 20;
  constexpr std::uint64_t room = threads_count * each / 2;
  std::atomic<std::uint64_t> committed = 0;
  std::atomic<int> refused = 0;
  std::latch start(threads_count);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < threads_count; ++thread) {
    threads.emplace_back([&, thread] {
      PostgresCatalog& catalog = thread % 2 == 0 ? *left : *right;
      start.arrive_and_wait();
      for (int index = 0; index < each; ++index) {
        NewFile file = make_file(random, project, 3);
        file.organization_bytes_max = 3 * room;
        const std::string code = code_of(catalog.commit_file(file));
        if (code == "no error") ++committed;
        if (code == "organization_quota_exceeded") ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(committed, room);
  EXPECT_EQ(refused, threads_count * each - static_cast<int>(room));
  EXPECT_EQ(value_of(left->organization_usage(project.organization_id)),
            (Usage{.bytes = 3 * room, .files = room}));
  expect_exact_usage(*left, project, clock.now());
}

TEST_F(PostgresCatalogTest, TriesOfOneUploadThatRaceAreOneFile) {
  const auto left = open();
  const auto right = open();
  const Project project = value_of(left->create_organization("Acme"));
  for (int round = 0; round < 20; ++round) {
    const std::string key = "key " + std::to_string(round);
    constexpr int tries = 8;
    std::latch start(tries);
    std::vector<std::string> ids(tries);
    std::vector<std::thread> threads;
    for (int each = 0; each < tries; ++each) {
      threads.emplace_back([&, each] {
        NewFile file = make_file(random, project, 10);
        file.sha256 = {};
        file.attempt = Attempt{.key_id = "k", .idempotency_key = key, .began_at = clock.now()};
        start.arrive_and_wait();
        ids[static_cast<std::size_t>(each)] =
            value_of((each % 2 == 0 ? *left : *right).commit_file(file)).id;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1U);
  }
  EXPECT_EQ(value_of(left->organization_usage(project.organization_id)),
            (Usage{.bytes = 200, .files = 20}));
}

TEST_F(PostgresCatalogTest, AWaitingFileIsLentOnceThoughManyAsk) {
  const auto left = open();
  const auto right = open();
  const Project project = value_of(left->create_organization("Acme"));
  constexpr int files = 24;
  for (int index = 0; index < files; ++index) {
    NewFile file = make_file(random, project);
    file.status = FileStatus::uploaded;
    ASSERT_TRUE(left->commit_file(file));
  }
  std::mutex mutex;
  std::multiset<std::string> lent;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      PostgresCatalog& catalog = thread % 2 == 0 ? *left : *right;
      for (int index = 0; index < files / 8; ++index) {
        const auto file =
            value_of(catalog.claim_waiting("", clock.now(), clock.now() + std::chrono::minutes(1)));
        const std::scoped_lock lock(mutex);
        if (file) lent.insert(file->content.file.id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(lent.begin(), lent.end()).size(), lent.size());
  EXPECT_GT(lent.size(), 0U);
}

TEST_F(PostgresCatalogTest, SweepersAndDeletersOfManyOrganizationsGiveBackExactlyOnce) {
  const auto left = open();
  const auto right = open();
  std::vector<Project> projects;
  for (int index = 0; index < 4; ++index) {
    projects.push_back(value_of(left->create_organization("o")));
  }
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      PostgresCatalog& catalog = thread % 2 == 0 ? *left : *right;
      for (std::size_t step = 0; step < 60; ++step) {
        NewFile file = make_file(random, projects[(step + static_cast<unsigned>(thread)) % 4], 7);
        if (step % 2 == 0) file.expires_after_seconds = 0;
        const File committed = value_of(catalog.commit_file(file));
        if (step % 2 == 1) {
          EXPECT_TRUE(value_of(catalog.delete_file(committed.scope, committed.id, clock.now())));
        } else {
          EXPECT_TRUE(catalog.delete_expired(clock.now() + std::chrono::hours(1), 5));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  while (value_of(left->delete_expired(clock.now() + std::chrono::hours(1), 50)) > 0) continue;
  EXPECT_EQ(value_of(left->total_usage()), Usage{});
  EXPECT_EQ(value_of(left->garbage(0, 1'000)).size(), 480U);
}

TEST_F(PostgresCatalogTest, AClosedCatalogueRefuses) {
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  catalog->close();
  catalog->close();
  EXPECT_EQ(code_of(catalog->commit_file(make_file(random, project))), "unavailable");
  EXPECT_EQ(code_of(catalog->find_key("abc")), "unavailable");
  EXPECT_EQ(code_of(catalog->check()), "unavailable");
}

TEST_F(PostgresCatalogTest, ConnectionsThatAreAllTakenAreOverloaded) {
  PostgresOptions small = options();
  small.pool = {.connections_max = 1, .wait_max = std::chrono::milliseconds(10)};
  const auto catalog = value_of(PostgresCatalog::open(small));
  const Project project = value_of(catalog->create_organization("Acme"));
  const auto other = connect();
  ASSERT_TRUE(other->run_script("BEGIN; LOCK TABLE organizations"));
  std::thread waiting([&] { EXPECT_TRUE(catalog->commit_file(make_file(random, project))); });
  static constexpr Sql waiting_count(
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  while (value_of(other->run(waiting_count))[0].integer(0) == 0) continue;
  EXPECT_EQ(code_of(catalog->find_key("abc")), "overloaded");
  ASSERT_TRUE(other->run_script("ROLLBACK"));
  waiting.join();
}

TEST_F(PostgresCatalogTest, AFullDiskIsInsufficientStorageAndEndsNothing) {
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  const auto other = connect();
  ASSERT_TRUE(other->run_script(
      "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN RAISE 'no space' USING ERRCODE = '53100'; END $$;"
      "CREATE TRIGGER full_disk BEFORE INSERT ON files EXECUTE FUNCTION full_disk()"));
  EXPECT_EQ(code_of(catalog->commit_file(make_file(random, project))), "insufficient_storage");
  ASSERT_TRUE(other->run_script("DROP TRIGGER full_disk ON files"));
  EXPECT_TRUE(catalog->commit_file(make_file(random, project)));
  expect_exact_usage(*catalog, project, clock.now());
}

TEST_F(PostgresCatalogTest, AConflictIsTriedAgain) {
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  // The first four of all insertions are in somebody's way.
  ASSERT_TRUE(connect()->run_script(
      "CREATE SEQUENCE tries; CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ "
      "BEGIN"
      " IF nextval('tries') <= 4 THEN RAISE 'again' USING ERRCODE = '40001'; END IF;"
      " RETURN NULL; END $$;"
      "CREATE TRIGGER conflict AFTER INSERT ON files EXECUTE FUNCTION conflict()"));
  EXPECT_TRUE(catalog->commit_file(make_file(random, project, 3)));
  EXPECT_EQ(value_of(catalog->total_usage()), (Usage{.bytes = 3, .files = 1}));
}

TEST_F(PostgresCatalogTest, ASettingThatChangesMakesItUnready) {
  testing::PostgresServer server;
  uri = server.address();
  const auto catalog = open();
  ASSERT_TRUE(catalog->check());
  server.sql("ALTER SYSTEM SET full_page_writes = off");
  server.sql("SELECT pg_reload_conf()");
  while (catalog->check()) continue;
  const Result<> unready = catalog->check();
  EXPECT_EQ(code_of(unready), "unavailable");
  EXPECT_THAT(unready.error().detail, HasSubstr("full_page_writes"));
}

TEST_F(PostgresCatalogTest, ThePasswordIsInNoLogAndNoError) {
  testing::PostgresServer server;
  KeepingLog kept;
  uri = server.address();
  uri.insert(uri.find("@"), ":s3cret-password");
  PostgresOptions logged{.address = uri, .clock = clock, .random = random, .log = kept};
  const auto catalog = value_of(PostgresCatalog::open(logged));
  server.stop();
  const auto failed = catalog->find_key("abc");
  EXPECT_EQ(code_of(failed), "unavailable");
  EXPECT_THAT(failed.error().detail, Not(HasSubstr("s3cret")));
  const auto refused = PostgresCatalog::open(logged);
  EXPECT_EQ(code_of(refused), "cannot_start");
  EXPECT_THAT(refused.error().detail, Not(HasSubstr("s3cret")));
  EXPECT_THAT(kept.text(), HasSubstr("catalog_unreachable"));
  EXPECT_THAT(kept.text(), Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace argot::catalog
