// What commits do is tested in the contract suites; this is what becomes of those whose connection
// or whose server goes away.
#include "catalog/postgres_commit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "catalog/postgres_fixture.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/watched_log.h"

namespace argot::catalog {
namespace {

// What the server answers to a commit.
const std::string committed_tag("COMMIT\0", 7);

// Between the catalogue and the server is a proxy that can cut the connection.
class PostgresCommit : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    proxy = std::make_unique<testing::CuttingProxy>(testing::PostgresServer::shared().folder(),
                                                    ".s.PGSQL.5432");
    direct = open();
    project = value_of(direct->create_organization("Acme"));
    PostgresOptions hurried = options();
    hurried.outcome_attempts_max = 50;
    hurried.outcome_pause = std::chrono::milliseconds(5);
    catalog = value_of(PostgresCatalog::open(through(std::move(hurried))));
    ASSERT_TRUE(catalog->check());
  }

  // However long the test takes: its clock stands still.
  static PostgresOptions patient(PostgresOptions options) {
    options.outcome_attempts_max = 1'000'000'000;
    options.outcome_pause = std::chrono::milliseconds(1);
    return options;
  }

  PostgresOptions through(PostgresOptions options) const {
    const auto host = options.address.find("host=") + 5;
    options.address.replace(host, options.address.find('&') - host,
                            "%2F" + proxy->folder().substr(1));
    return options;
  }

  void TearDown() override {
    if (catalog) catalog->close();
    if (direct) expect_exact_usage(*direct, project, clock.now());
  }

  // Holds a commit back, after all its statements and before it is done, until release().
  void hold_commits() {
    ASSERT_TRUE(holder->run_script(
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON files DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION hold();"
        "SELECT pg_advisory_lock(4711)"));
  }
  void release() { ASSERT_TRUE(holder->run_script("SELECT pg_advisory_unlock(4711)")); }

  // Until so many of the server's processes wait for a lock.
  void wait_for_waiting(std::int64_t processes) {
    static constexpr Sql waiting(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    std::int64_t found = -1;
    while (found != processes) found = value_of(holder->run(waiting))[0].integer(0);
  }

  Scope scope() const { return {.organization_id = project.organization_id}; }
  Usage usage() { return value_of(direct->organization_usage(project.organization_id)); }

  std::unique_ptr<testing::CuttingProxy> proxy;
  std::unique_ptr<PostgresCatalog> direct;
  std::unique_ptr<PostgresCatalog> catalog;
  std::unique_ptr<PostgresConnection> holder;
  Project project;
};

TEST_F(PostgresCommit, ACommitWhoseReplyIsLostIsFound) {
  for (int time = 0; time < 5; ++time) {
    const NewFile file = make_file(random, project, 10);
    proxy->cut_at(committed_tag);
    const File committed = value_of(catalog->commit_file(file));
    EXPECT_EQ(committed.blob, file.blob);
    EXPECT_TRUE(value_of(direct->find_file(scope(), committed.id, clock.now())));
  }
  EXPECT_EQ(proxy->cuts(), 5);
  EXPECT_EQ(usage(), (Usage{.bytes = 50, .files = 5}));
}

// Somebody who was told of it, by a list say, deletes it before its own client looks it up.
TEST_F(PostgresCommit, ACommitWhoseFileIsDeletedBeforeItIsFoundIsNotDoneAgain) {
  catalog = value_of(PostgresCatalog::open(through(patient(options()))));
  ASSERT_TRUE(catalog->check());
  NewFile file = make_file(random, project, 10);
  file.attempt = Attempt{.key_id = "k", .began_at = clock.now()};
  proxy->take(false);  // nobody but who is connected already
  proxy->cut_at(committed_tag);
  std::string id;
  std::thread committing([&] { id = value_of(catalog->commit_file(file)).id; });
  const FileQuery all{.scope = scope(), .limit = 10, .now = clock.now()};
  std::vector<ListedFile> listed;
  while (listed.empty()) listed = value_of(direct->list_files(all)).files;
  ASSERT_TRUE(value_of(direct->delete_file(scope(), listed[0].id, clock.now())));
  ASSERT_TRUE(direct->forget_garbage(value_of(direct->garbage(0, 10))));
  proxy->take(true);
  committing.join();
  EXPECT_EQ(id, listed[0].id) << "it was created, and then deleted";
  EXPECT_FALSE(value_of(direct->is_known(file.blob)));
  EXPECT_EQ(usage(), Usage{});
}

TEST_F(PostgresCommit, AServerThatStaysAwayIsWaitedForForAsLongAsThePausesTake) {
  testing::WatchedLog watched;
  catalog = value_of(PostgresCatalog::open(
      through(patient({.address = uri, .clock = clock, .random = random, .log = watched}))));
  holder = connect();
  hold_commits();
  std::string code;
  std::thread committing(
      [&] { code = code_of(catalog->commit_file(make_file(random, project, 10))); });
  wait_for_waiting(1);
  proxy->take(false);
  proxy->cut_clients();
  EXPECT_TRUE(watched.wait_for("catalog_commit_interrupted"));
  clock.advance(std::chrono::milliseconds(1'000'000'001));
  committing.join();
  EXPECT_EQ(code, "outcome_unknown");
  catalog.reset();
  release();
}

TEST_F(PostgresCommit, ACommitThatNeverHappenedIsDoneAgain) {
  // The server's own process dies in the middle of the first two commits.
  ASSERT_TRUE(connect()->run_script(
      "CREATE SEQUENCE tries; CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF nextval('tries') <= 2 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
      " RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON files DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION die()"));
  const NewFile file = make_file(random, project, 10);
  EXPECT_EQ(value_of(catalog->commit_file(file)).blob, file.blob);
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
}

// The server has not noticed that the client is gone, and commits when nobody expects it any more.
TEST_F(PostgresCommit, ACommitStillUnderWayIsWaitedFor) {
  holder = connect();
  hold_commits();
  const NewFile file = make_file(random, project, 10);
  std::string id;
  std::thread committing([&] { id = value_of(catalog->commit_file(file)).id; });
  wait_for_waiting(1);
  proxy->cut_clients();
  wait_for_waiting(2);  // the second one asks what became of the first
  EXPECT_EQ(usage(), Usage{});
  release();
  committing.join();
  EXPECT_TRUE(value_of(direct->find_file(scope(), id, clock.now())));
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
}

TEST_F(PostgresCommit, WhereTheServerStaysAwayTheOutcomeIsUnknownAndLaterCallsGoOn) {
  holder = connect();
  hold_commits();
  const NewFile file = make_file(random, project, 10);
  std::string code;
  std::thread committing([&] { code = code_of(catalog->commit_file(file)); });
  wait_for_waiting(1);
  proxy->take(false);
  proxy->cut_clients();
  committing.join();
  EXPECT_EQ(code, "outcome_unknown");
  EXPECT_EQ(code_of(catalog->find_key("abc")), "unavailable");
  release();
  proxy->take(true);
  EXPECT_TRUE(catalog->commit_file(make_file(random, project, 1)));
  // It was committed after all.
  EXPECT_TRUE(value_of(catalog->is_known(file.blob)));
  EXPECT_EQ(usage(), (Usage{.bytes = 11, .files = 2}));
}

TEST_F(PostgresCommit, OtherChangesWhoseReplyIsLostAreDoneOnce) {
  proxy->cut_at(committed_tag);
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  EXPECT_EQ(value_of(direct->projects(project.organization_id)).size(), 2U);
  proxy->cut_at(committed_tag);
  const Project other = value_of(catalog->create_organization("Other"));
  EXPECT_EQ(value_of(direct->projects(other.organization_id)).size(), 1U);
  const Key key{.public_id = "abc", .scope = {.organization_id = project.organization_id}};
  proxy->cut_at(committed_tag);
  EXPECT_TRUE(catalog->create_key(key));
  EXPECT_EQ(value_of(direct->keys()).size(), 1U);
  EXPECT_EQ(code_of(catalog->create_key(key)), "internal") << "it is there already";
  proxy->cut_at(committed_tag);
  EXPECT_TRUE(catalog->revoke_key("abc", clock.now()));

  NewFile file = make_file(random, project, 10);
  file.status = FileStatus::uploaded;
  const File committed = value_of(catalog->commit_file(file));
  const auto lent = value_of(catalog->claim_waiting("", clock.now(), clock.now()));
  ASSERT_TRUE(lent);
  proxy->cut_at(committed_tag);
  EXPECT_TRUE(catalog->return_waiting(*lent, clock.now()));
  const auto again = value_of(catalog->claim_waiting("", clock.now(), clock.now()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tries, 1U);
  proxy->cut_at(committed_tag);
  EXPECT_TRUE(value_of(catalog->settle_waiting(*again, {.report = "done"})));
  proxy->cut_at(committed_tag);
  EXPECT_TRUE(value_of(catalog->delete_file(scope(), committed.id, clock.now())));
  EXPECT_EQ(value_of(direct->garbage(0, 10)).size(), 1U);
  EXPECT_EQ(proxy->cuts(), 7);
  EXPECT_EQ(usage(), Usage{});
}

TEST_F(PostgresCommit, ARetryWhoseReplyIsLostIsAnsweredOrNotDone) {
  NewFile file = make_file(random, project, 10);
  file.attempt = Attempt{.key_id = "k", .idempotency_key = "a", .began_at = clock.now()};
  const std::string id = value_of(catalog->commit_file(file)).id;
  file.blob = BlobId::mint(random);
  proxy->cut_at(committed_tag);
  EXPECT_EQ(value_of(catalog->commit_file(file)).id, id);

  file.attempt = Attempt{.key_id = "k", .began_at = clock.now()};
  file.blob = BlobId::mint(random);
  const std::string other = value_of(catalog->commit_file(file)).id;
  clock.advance(std::chrono::milliseconds(1));
  file.attempt->retry_count = 1;
  file.blob = BlobId::mint(random);
  proxy->cut_at(committed_tag);
  EXPECT_EQ(code_of(catalog->commit_file(file)), "outcome_unknown");
  file.attempt->retry_count = 2;
  EXPECT_EQ(value_of(catalog->commit_file(file)).id, other);
  EXPECT_EQ(usage(), (Usage{.bytes = 20, .files = 2}));
}

TEST_F(PostgresCommit, ConnectionsThatBrokeWhileNobodyUsedThemAreReplaced) {
  for (int time = 0; time < 3; ++time) {
    proxy->cut_clients();
    EXPECT_TRUE(catalog->commit_file(make_file(random, project)));
    proxy->cut_clients();
    EXPECT_FALSE(value_of(catalog->find_key("abc")));
  }
  EXPECT_EQ(usage().files, 3U);
}

// Its machine lost power, say: nobody tells the server.
TEST_F(PostgresCommit, AClientThatIsGoneInMidTransactionHoldsNobodyUpForLong) {
  PostgresTimeouts timeouts;
  EXPECT_LT(timeouts.idle_in_transaction, timeouts.lock);
  timeouts.idle_in_transaction = std::chrono::milliseconds(200);
  const auto gone = value_of(open_postgres(address(), timeouts));
  PostgresTransaction transaction(*gone);
  transaction.queue(postgres::queries::lock_organization,
                    PostgresValues().id(project.organization_id));
  ASSERT_TRUE(transaction.ask());
  EXPECT_TRUE(catalog->commit_file(make_file(random, project, 10)));
  EXPECT_EQ(code_of(transaction.commit()), "unavailable");
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
}

class PostgresCrash : public PostgresTest {};

TEST_F(PostgresCrash, WhatWasAcknowledgedSurvivesTheServersEnd) {
  testing::PostgresServer server;
  uri = server.address();
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  std::mutex mutex;
  std::set<std::string> created;
  std::set<std::string> doomed;
  std::set<std::string> deleted;
  for (int round = 0; round < 4; ++round) {
    std::atomic<bool> is_ending = false;
    std::atomic<int> acknowledged = 0;
    const auto work = [&] {
      for (int step = 0; !is_ending; ++step) {
        const Result<File> file = catalog->commit_file(make_file(random, project, 3));
        if (!file) continue;
        ++acknowledged;
        const std::scoped_lock lock(mutex);
        created.insert(file->id);
        if (step % 3 != 0) continue;
        doomed.insert(file->id);
        const Result<bool> is_gone = catalog->delete_file(file->scope, file->id, clock.now());
        if (is_gone && *is_gone) deleted.insert(file->id);
      }
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) threads.emplace_back(work);
    while (acknowledged < 30 + 20 * round) std::this_thread::yield();
    server.kill();
    if (round % 2 == 0) is_ending = true;  // else they find the server again by themselves
    server.start();
    while (!is_ending && acknowledged < 100 + 20 * round) std::this_thread::yield();
    is_ending = true;
    for (std::thread& thread : threads) thread.join();

    expect_exact_usage(*catalog, project, clock.now());
    std::set<std::string> listed;
    const FileQuery all{.scope = {.organization_id = project.organization_id},
                        .limit = 1'000'000,
                        .now = clock.now()};
    for (const ListedFile& file : value_of(catalog->list_files(all)).files) listed.insert(file.id);
    for (const std::string& id : created) {
      EXPECT_TRUE(listed.contains(id) || doomed.contains(id)) << id;
    }
    for (const std::string& id : deleted) EXPECT_FALSE(listed.contains(id)) << id;
    // Every commit was decided while the server came back: none that nobody was told of.
    if (round % 2 == 1) {
      EXPECT_EQ(listed.size(), created.size() - deleted.size());
    }
  }
  EXPECT_GT(created.size(), 200U);
  EXPECT_GT(deleted.size(), 50U);
}

}  // namespace
}  // namespace argot::catalog
