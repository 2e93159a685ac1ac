// kill -9 in the middle of changes: what was acknowledged is there, what was deleted stays away.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "catalog/catalog_contract.h"
#include "catalog/sqlite_catalog.h"

namespace argot::catalog {
namespace {

// One message: '+' committed, '?' about to be deleted, '-' deleted, and a file id, which always has
// 27 characters. Short enough for a pipe to take it whole.
constexpr std::size_t line_bytes = 28;

class SqliteCatalogCrash : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteCatalog> open(Random& used) {
    return value_of(SqliteCatalog::open({.path = folder / "catalog.db",
                                         .clock = clock,
                                         .random = used,
                                         .log = log,
                                         .integrity_check = IntegrityCheck::always}));
  }

  // Never returns: commits and deletes in several threads until it is killed.
  [[noreturn]] void work(const Project& project, int acknowledgements) {
    SystemRandom own_random;  // a seed would give every child the same blobs
    const std::unique_ptr<SqliteCatalog> catalog = open(own_random);
    const auto tell = [&](char what, const std::string& id) {
      const std::string line = what + id;
      if (::write(acknowledgements, line.data(), line.size()) < 0) ::_exit(1);
    };
    const auto loop = [&] {
      for (int step = 0;; ++step) {
        const Result<File> file = catalog->commit_file(make_file(own_random, project, 3));
        if (!file) ::_exit(2);
        tell('+', file->id);
        if (step % 3 != 0) continue;
        tell('?', file->id);
        if (!catalog->delete_file(file->scope, file->id, clock.now())) ::_exit(3);
        tell('-', file->id);
      }
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) threads.emplace_back(loop);
    for (std::thread& thread : threads) thread.join();
    ::_exit(4);
  }

  void read_acknowledgements(int pipe, std::size_t count) {
    std::array<char, line_bytes> line{};
    for (std::size_t seen = 0; seen < count; ++seen) {
      std::size_t got = 0;
      while (got < line_bytes) {
        const ssize_t more = ::read(pipe, line.data() + got, line_bytes - got);
        if (more <= 0) return;  // its end is gone, and all that it has said is read
        got += static_cast<std::size_t>(more);
      }
      std::set<std::string>& kind = line[0] == '+' ? created : line[0] == '?' ? doomed : deleted;
      kind.emplace(line.begin() + 1, line.end());
    }
  }

  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  SilentLog log;
  std::set<std::string> created;
  std::set<std::string> doomed;
  std::set<std::string> deleted;
};

TEST_F(SqliteCatalogCrash, WhatWasAcknowledgedSurvivesAKill) {
  Project project;
  {
    const std::unique_ptr<SqliteCatalog> catalog = open(random);
    project = value_of(catalog->create_organization("Acme"));
  }
  for (std::size_t round = 0; round < 8; ++round) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      work(project, ends[1]);
    }
    ::close(ends[1]);
    read_acknowledgements(ends[0], 20 + 37 * round);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "ended by itself with " << WEXITSTATUS(status);
    read_acknowledgements(ends[0], 1'000'000);
    ::close(ends[0]);

    const std::unique_ptr<SqliteCatalog> catalog = open(random);
    Usage sum;
    std::set<std::string> listed;
    const FileQuery all{.scope = {.organization_id = project.organization_id},
                        .limit = 1'000'000,
                        .now = clock.now()};
    for (const ListedFile& file : value_of(catalog->list_files(all)).files) {
      sum.bytes += file.bytes;
      ++sum.files;
      listed.insert(file.id);
    }
    for (const std::string& id : created) {
      EXPECT_TRUE(listed.contains(id) || doomed.contains(id)) << id;
    }
    for (const std::string& id : deleted) EXPECT_FALSE(listed.contains(id)) << id;
    EXPECT_EQ(value_of(catalog->organization_usage(project.organization_id)), sum);
    EXPECT_EQ(value_of(catalog->project_usage(project.id)), sum);
  }
  EXPECT_GT(created.size(), 500U);
  EXPECT_GT(deleted.size(), 100U);
}

}  // namespace
}  // namespace argot::catalog
