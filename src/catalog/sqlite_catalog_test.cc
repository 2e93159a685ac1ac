// What every Catalog must do is tested in the contract suites; this is what only SQLite's can do.
#include "catalog/sqlite_catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <vector>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

class SqliteCatalogTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteCatalog> open(std::size_t readers = 4) {
    return value_of(SqliteCatalog::open(
        {.path = path, .clock = clock, .random = random, .log = log, .readers = readers}));
  }

  static Key key_of(const Project& project, std::string public_id) {
    return Key{.public_id = std::move(public_id),
               .scope = {.organization_id = project.organization_id}};
  }

  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  SilentLog log;
  std::string path = folder / "catalog.db";
};

TEST_F(SqliteCatalogTest, EverythingIsThereAfterAReopening) {
  Project project;
  std::vector<std::string> ids;
  {
    const std::unique_ptr<SqliteCatalog> catalog = open();
    project = value_of(catalog->create_organization("Acme"));
    ASSERT_TRUE(catalog->create_key(key_of(project, "abc")));
    for (int index = 0; index < 3; ++index) {
      ids.push_back(value_of(catalog->commit_file(make_file(random, project, 10))).id);
    }
    const Scope scope{.organization_id = project.organization_id};
    ASSERT_TRUE(value_of(catalog->delete_file(scope, ids[0], clock.now())));
    ASSERT_TRUE(catalog->close());
  }
  clock.advance(std::chrono::hours(-1));
  const std::unique_ptr<SqliteCatalog> catalog = open();
  EXPECT_TRUE(value_of(catalog->find_key("abc")).has_value());
  const FileQuery query{.scope = {.organization_id = project.organization_id},
                        .order = Order::ascending,
                        .limit = 10,
                        .now = clock.now()};
  EXPECT_THAT(ids_of(value_of(catalog->list_files(query))), ::testing::ElementsAre(ids[1], ids[2]));
  EXPECT_EQ(value_of(catalog->organization_usage(project.organization_id)),
            (Usage{.bytes = 20, .files = 2}));
  EXPECT_EQ(value_of(catalog->garbage(0, 10)).size(), 1U);
  // Ids go on growing, although the clock has stepped back between.
  EXPECT_GT(value_of(catalog->commit_file(make_file(random, project))).id, ids[2]);
}

TEST_F(SqliteCatalogTest, AClosedCatalogRefusesAndLeavesOneFile) {
  const std::unique_ptr<SqliteCatalog> catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  ASSERT_TRUE(catalog->close());
  ASSERT_TRUE(catalog->close());
  EXPECT_EQ(code_of(catalog->commit_file(make_file(random, project))), "unavailable");
  EXPECT_EQ(code_of(catalog->find_key("abc")), "unavailable");
  EXPECT_EQ(code_of(catalog->check()), "unavailable");
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().string(), path);
  }
}

TEST_F(SqliteCatalogTest, ManyCommitsShareASync) {
  const std::unique_ptr<SqliteCatalog> catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  const WriterStats before = catalog->stats();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 32; ++thread) {
    threads.emplace_back([&] {
      for (int index = 0; index < 20; ++index) {
        EXPECT_TRUE(catalog->commit_file(make_file(random, project)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::uint64_t operations = catalog->stats().operations - before.operations;
  const std::uint64_t commits = catalog->stats().commits - before.commits;
  EXPECT_EQ(operations, 640U);
  EXPECT_LT(commits, operations / 2);
  EXPECT_GT(commits, 0U);
}

TEST_F(SqliteCatalogTest, ReadsDoNotWaitForChanges) {
  const std::unique_ptr<SqliteCatalog> catalog = open(1);
  const Project project = value_of(catalog->create_organization("Acme"));
  const File file = value_of(catalog->commit_file(make_file(random, project)));
  const std::unique_ptr<Connection> other = value_of(open_database({.path = path}));
  ASSERT_TRUE(other->run(Sql("BEGIN IMMEDIATE")));
  EXPECT_TRUE(value_of(catalog->find_file(file.scope, file.id, clock.now())));
  EXPECT_TRUE(catalog->check());
  ASSERT_TRUE(other->run(Sql("ROLLBACK")));
}

TEST_F(SqliteCatalogTest, TwoCataloguesOnOneFileTakeTurns) {
  const std::unique_ptr<SqliteCatalog> left = open();
  const std::unique_ptr<SqliteCatalog> right = open();
  const Project project = value_of(left->create_organization("Acme"));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    SqliteCatalog& catalog = thread % 2 == 0 ? *left : *right;
    threads.emplace_back([&] {
      for (int index = 0; index < 25; ++index) {
        const Result<File> committed = catalog.commit_file(make_file(random, project));
        EXPECT_TRUE(committed) << describe(committed.error());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value_of(left->organization_usage(project.organization_id)),
            (Usage{.bytes = 200, .files = 200}));
}

TEST_F(SqliteCatalogTest, EveryCommitIsAnotherRevision) {
  const auto ours = open();
  const auto theirs = open();
  std::vector<Revision> seen;
  const auto see = [&] {
    const auto revision = ours->revision();
    ASSERT_TRUE(revision.has_value());
    EXPECT_EQ(revision, theirs->revision());
    EXPECT_EQ(std::ranges::find(seen, *revision), seen.end()) << "after " << seen.size();
    seen.push_back(*revision);
  };
  see();
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(ours->create_organization("o"));
    see();
    ASSERT_TRUE(theirs->create_organization("o"));
    see();
    // Reading is no change.
    ASSERT_TRUE(ours->organizations());
    EXPECT_EQ(ours->revision(), seen.back());
  }
  ASSERT_TRUE(theirs->close());
  EXPECT_FALSE(theirs->revision());
  EXPECT_TRUE(ours->revision());
}

TEST_F(SqliteCatalogTest, AnotherProcessCanAddAKeyAtAnyTime) {
  Project project;
  {
    const std::unique_ptr<SqliteCatalog> catalog = open();
    project = value_of(catalog->create_organization("Acme"));
  }
  // Forked before the catalogue is open here: SQLite's locks do not survive a fork.
  int go[2] = {-1, -1};
  ASSERT_EQ(::pipe(go), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    char byte = 0;
    const bool is_told = ::read(go[0], &byte, 1) == 1;
    const bool is_done = is_told && open()->create_key(key_of(project, "from-outside"));
    ::_exit(is_done ? 0 : 1);
  }
  const std::unique_ptr<SqliteCatalog> catalog = open();
  ASSERT_TRUE(catalog->commit_file(make_file(random, project)));
  EXPECT_FALSE(value_of(catalog->find_key("from-outside")).has_value());
  ASSERT_EQ(::write(go[1], "!", 1), 1);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(value_of(catalog->find_key("from-outside")).has_value());
  ASSERT_TRUE(catalog->commit_file(make_file(random, project)));
  ::close(go[0]);
  ::close(go[1]);
}

TEST_F(SqliteCatalogTest, ADatabaseThatCannotBeUsedStopsTheStart) {
  const Result<std::unique_ptr<SqliteCatalog>> opened = SqliteCatalog::open(
      {.path = folder / "missing/catalog.db", .clock = clock, .random = random, .log = log});
  EXPECT_EQ(code_of(opened), "cannot_start");
}

}  // namespace
}  // namespace argot::catalog
