#include "catalog/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "tests/support/fakes.h"

namespace {

// The inode that this thread cannot sync, while a test wants that, and how often; -1: for ever.
thread_local ino_t failing_inode = 0;
thread_local int failures_left = -1;

bool must_fail(int descriptor) {
  struct stat facts{};
  if (failing_inode == 0 || ::fstat(descriptor, &facts) != 0 || facts.st_ino != failing_inode) {
    return false;
  }
  if (failures_left == 0) return false;
  if (failures_left > 0) --failures_left;
  errno = EIO;
  return true;
}

}  // namespace

// In place of the system's, for this program.
extern "C" int fsync(int descriptor) {
  return must_fail(descriptor) ? -1 : static_cast<int>(::syscall(SYS_fsync, descriptor));
}
extern "C" int fdatasync(int descriptor) {
  return must_fail(descriptor) ? -1 : static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SchemaTest : public ::testing::Test {
 protected:
  std::unique_ptr<Connection> open() {
    Result<std::unique_ptr<Connection>> opened = open_database({.path = path});
    EXPECT_TRUE(opened) << describe(opened.error());
    return std::move(opened).value();
  }

  template <std::size_t size>
  static std::string read(Connection& connection, const Sql<size>& sql) {
    Statement row = connection.use(sql);
    const Result<bool> step = row.step();
    if (!step) return describe(step.error());
    return *step ? std::string(row.text(0)) : "(no row)";
  }

  // The whole text of the refusal, which must be one line.
  std::string refusal(IntegrityCheck check = IntegrityCheck::after_crash) const {
    const Result<std::unique_ptr<Connection>> opened = open_database(
        {.path = path, .busy_timeout = std::chrono::milliseconds(5), .integrity_check = check});
    if (opened) return "it opened";
    EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
    EXPECT_THAT(opened.error().detail, Not(HasSubstr("\n")));
    EXPECT_THAT(opened.error().detail, HasSubstr("'" + path + "'"));
    return opened.error().detail;
  }

  // The same where that file or folder cannot be synced, `failures` times.
  std::string refusal_without_sync_of(const std::string& what, int failures = -1) const {
    struct stat facts{};
    EXPECT_EQ(::stat(what.c_str(), &facts), 0);
    failing_inode = facts.st_ino;
    failures_left = failures;
    std::string text = refusal();
    failing_inode = 0;
    return text;
  }

  testing::TempFolder folder;
  std::string path = folder / "catalog.db";
};

TEST_F(SchemaTest, EveryConnectionForChangesIsDurable) {
  for (int round = 0; round < 2; ++round) {  // made, and opened again
    const std::unique_ptr<Connection> connection = open();
    EXPECT_EQ(read(*connection, Sql("PRAGMA synchronous")), "2");  // FULL
    EXPECT_EQ(read(*connection, Sql("PRAGMA journal_mode")), "wal");
    EXPECT_EQ(read(*connection, Sql("PRAGMA foreign_keys")), "1");
  }
}

TEST_F(SchemaTest, MemoryIsBounded) {
  const std::unique_ptr<Connection> writer = open();
  const std::unique_ptr<Connection> reader = open_reader({.path = path}).value();
  EXPECT_EQ(read(*writer, Sql("PRAGMA cache_size")), "-4096");
  EXPECT_EQ(read(*reader, Sql("PRAGMA cache_size")), "-1024");
  for (Connection* connection : {writer.get(), reader.get()}) {
    EXPECT_EQ(read(*connection, Sql("PRAGMA mmap_size")), "0");
    EXPECT_EQ(read(*connection, Sql("PRAGMA temp_store")), "2");
  }
  EXPECT_EQ(read(*reader, Sql("PRAGMA query_only")), "1");
}

TEST_F(SchemaTest, AReaderLeavesTheLogWhereItIs) {
  {
    const std::unique_ptr<Connection> crashing = open();
    crashing->keep_log();
    ASSERT_TRUE(crashing->run(Sql("CREATE TABLE extra (x)")));
  }
  const auto bytes = std::filesystem::file_size(path + "-wal");
  {
    const std::unique_ptr<Connection> reader = open_reader({.path = path}).value();
    EXPECT_EQ(read(*reader, Sql("SELECT count(*) FROM extra")), "0");
  }
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), bytes);
}

TEST_F(SchemaTest, OnlyItsOwnerMayReadTheFile) {
  const std::unique_ptr<Connection> connection = open();
  ASSERT_TRUE(connection->run(Sql("CREATE TABLE extra (x)")));
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    struct stat status{};
    ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(SchemaTest, MigratingTwiceChangesNothing) {
  constexpr Sql schema("SELECT group_concat(sql, '; ') FROM (SELECT sql FROM sqlite_schema)");
  std::string first;
  {
    const std::unique_ptr<Connection> connection = open();
    first = read(*connection, schema);
    EXPECT_EQ(read(*connection, Sql("PRAGMA user_version")), std::to_string(migrations().size()));
  }
  const std::unique_ptr<Connection> connection = open();
  EXPECT_EQ(read(*connection, schema), first);
  ASSERT_TRUE(migrate(*connection, migrations(), path));
  EXPECT_EQ(read(*connection, schema), first);
}

TEST_F(SchemaTest, AnOlderDatabaseGetsWhatItLacks) {
  const std::unique_ptr<Connection> connection = open();
  std::vector<const char*> scripts(migrations().begin(), migrations().end());
  const auto version = [&scripts](std::size_t behind) {
    return "PRAGMA user_version = " + std::to_string(scripts.size() + behind);
  };
  const std::string makes = "CREATE TABLE third (x); " + version(1);
  const std::string fills = "INSERT INTO third VALUES ('kept'); " + version(2);
  scripts.insert(scripts.end(), {makes.c_str(), fills.c_str()});
  ASSERT_TRUE(migrate(*connection, scripts, path));
  EXPECT_EQ(read(*connection, Sql("PRAGMA user_version")), std::to_string(scripts.size()));
  ASSERT_TRUE(migrate(*connection, scripts, path));
  EXPECT_EQ(read(*connection, Sql("SELECT group_concat(x) FROM third")), "kept");
}

// What version 1 leaves behind: the rows of a file, of a deleted one and of a key.
constexpr char rows_of_version_1[] =
    "INSERT INTO organizations (id, name, created_ms, last_file_ms, used_bytes, file_count)"
    " VALUES ('org-1', 'Acme', 1, 1767225600000, 7, 1);"
    "INSERT INTO projects (id, organization_id, name, created_ms, used_bytes, file_count)"
    " VALUES ('proj_1', 'org-1', 'default', 1, 7, 1);"
    "INSERT INTO keys (public_id, secret_sha256, organization_id, name, permissions, created_ms)"
    " VALUES ('abc', zeroblob(32), 'org-1', 'first', 7, 2);"
    "INSERT INTO files (id, organization_id, project_id, purpose, filename, bytes, created_at,"
    " expires_at, status, status_details, sha256, blob, checksums)"
    " VALUES ('file-old', 'org-1', 'proj_1', 'batch', 'a.jsonl', 7, 1767225600, 1769817600,"
    " 'processed', '', zeroblob(32), '0123456789012345678901234567890123456789', x'01020304');"
    "INSERT INTO garbage (blob) VALUES ('9876543210987654321098765432109876543210');"
    "INSERT INTO audit (at_ms, action, organization_id, subject)"
    " VALUES (1767225600000, 'file.create', 'org-1', 'file-old');";

TEST_F(SchemaTest, ADatabaseOfVersion1KeepsAllThatItHas) {
  std::ofstream(path).close();
  {
    const std::unique_ptr<Connection> connection =
        Connection::open(path, Connection::Access::read_write, std::chrono::milliseconds(5))
            .value();
    ASSERT_TRUE(migrate(*connection, migrations().first(1), path));
    ASSERT_TRUE(connection->run_script(rows_of_version_1));
    ASSERT_EQ(read(*connection, Sql("PRAGMA user_version")), "1");
    ASSERT_EQ(read(*connection, Sql("SELECT name FROM sqlite_schema WHERE name = 'limits'")),
              "(no row)");
  }
  const std::unique_ptr<Connection> connection = open();
  EXPECT_EQ(read(*connection, Sql("PRAGMA user_version")), std::to_string(migrations().size()));
  EXPECT_EQ(read(*connection, Sql("PRAGMA foreign_key_check")), "(no row)");
  EXPECT_EQ(read(*connection, Sql("SELECT id || ' ' || used_bytes FROM organizations")), "org-1 7");
  EXPECT_EQ(read(*connection, Sql("SELECT id || ' ' || file_count FROM projects")), "proj_1 1");
  EXPECT_EQ(read(*connection, Sql("SELECT public_id FROM keys")), "abc");
  EXPECT_EQ(read(*connection, Sql("SELECT id || ' ' || hex(checksums) FROM files")),
            "file-old 01020304");
  EXPECT_EQ(read(*connection, Sql("SELECT count(*) FROM garbage")), "1");
  EXPECT_EQ(read(*connection, Sql("SELECT action || ' ' || quote(details) FROM audit")),
            "file.create ''");
  EXPECT_EQ(read(*connection, Sql("SELECT count(*) FROM limits")), "0");
  EXPECT_EQ(read(*connection, Sql("SELECT count(*) FROM reports")), "0");
}

TEST_F(SchemaTest, AMigrationThatFailsLeavesTheOldVersion) {
  const std::unique_ptr<Connection> connection = open();
  std::vector<const char*> scripts(migrations().begin(), migrations().end());
  scripts.push_back("CREATE TABLE third (x); PRAGMA user_version = 3");
  scripts.push_back("CREATE TABLE fourth (x); NONSENSE; PRAGMA user_version = 4");
  const Result<> failed = migrate(*connection, scripts, path);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::cannot_start);
  EXPECT_EQ(read(*connection, Sql("PRAGMA user_version")), std::to_string(migrations().size()));
  EXPECT_EQ(read(*connection, Sql("SELECT name FROM sqlite_schema WHERE name = 'third'")),
            "(no row)");

  scripts.back() = "CREATE TABLE fourth (x)";  // forgets to say which version it makes
  EXPECT_FALSE(migrate(*connection, scripts, path));
  EXPECT_EQ(read(*connection, Sql("PRAGMA user_version")), std::to_string(migrations().size()));
}

TEST_F(SchemaTest, ManyMayOpenANewDatabaseAtOnce) {
  for (int round = 0; round < 5; ++round) {
    path = folder / ("race-" + std::to_string(round) + ".db");
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([this] {
        const Result<std::unique_ptr<Connection>> opened = open_database({.path = path});
        EXPECT_TRUE(opened) << describe(opened.error());
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(SchemaTest, AnEmptyFileIsANewDatabase) {
  std::ofstream(path).close();
  const std::unique_ptr<Connection> connection = open();
  EXPECT_EQ(read(*connection, Sql("SELECT count(*) FROM organizations")), "0");
}

TEST_F(SchemaTest, ANewerVersionIsRefused) {
  ASSERT_TRUE(open()->run(Sql("PRAGMA user_version = 99")));
  EXPECT_THAT(refusal(), HasSubstr("has version 99"));
  EXPECT_THAT(refusal(), HasSubstr("start the newer program"));
}

TEST_F(SchemaTest, WhatIsNoDatabaseIsRefusedAndKept) {
  const std::string content(5'000, 'x');
  std::ofstream(path) << content;
  EXPECT_THAT(refusal(), HasSubstr("is not a SQLite database"));
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), content);
}

TEST_F(SchemaTest, AnotherProgramsDatabaseIsRefusedAndKept) {
  std::ofstream(path).close();
  {
    const std::unique_ptr<Connection> other =
        Connection::open(path, Connection::Access::read_write, std::chrono::milliseconds(5))
            .value();
    ASSERT_TRUE(other->run(Sql("CREATE TABLE theirs (x)")));
  }
  const auto size = std::filesystem::file_size(path);
  EXPECT_THAT(refusal(), HasSubstr("another program"));
  EXPECT_EQ(std::filesystem::file_size(path), size);
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

TEST_F(SchemaTest, AFolderOrAMissingFolderIsRefused) {
  path = folder.path().string();
  EXPECT_THAT(refusal(), HasSubstr("cannot be opened"));
  path = folder / "missing/catalog.db";
  EXPECT_THAT(refusal(), HasSubstr("No such file or directory"));
}

TEST_F(SchemaTest, ANameThatIsNotDurableIsRefused) {
  EXPECT_THAT(refusal_without_sync_of(folder.path().string()),
              HasSubstr("cannot be made durable (Input/output error)"));
  // The log's name is new at every start, and SQLite does not look whether its sync worked.
  open().reset();
  EXPECT_THAT(refusal_without_sync_of(folder.path().string()),
              HasSubstr("cannot be made durable (Input/output error)"));
}

// SQLite says "wal" before it has done it, and would go on with a journal.
TEST_F(SchemaTest, AFailedSwitchToTheLogIsRefused) {
  std::ofstream(path).close();
  EXPECT_THAT(refusal_without_sync_of(path, 1), HasSubstr("cannot be used"));
  EXPECT_EQ(refusal(), "it opened");
}

TEST_F(SchemaTest, WhatACrashLeftInTheLogIsMadeDurable) {
  {
    const std::unique_ptr<Connection> crashing = open();
    crashing->keep_log();
    ASSERT_TRUE(crashing->run(Sql("CREATE TABLE extra (x)")));
  }
  EXPECT_THAT(refusal_without_sync_of(path + "-wal", 1),
              HasSubstr("cannot be used (Input/output error)"));
  const std::unique_ptr<Connection> connection = open();
  EXPECT_EQ(read(*connection, Sql("SELECT count(*) FROM extra")), "0");
}

TEST_F(SchemaTest, ALockedDatabaseIsRefused) {
  const std::unique_ptr<Connection> other = open();
  ASSERT_TRUE(other->run(Sql("PRAGMA user_version = 0")));  // so that there is something to do
  ASSERT_TRUE(other->run(Sql("BEGIN IMMEDIATE")));
  EXPECT_THAT(refusal(), HasSubstr("locked by another process"));
}

// A root user may write anything, so the refusal is provoked in a child that is nobody.
std::string refusal_as_nobody(const std::string& path) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    std::string text = "cannot become nobody";
    if (::geteuid() != 0 || ::setuid(65'534) == 0) {
      const Result<std::unique_ptr<Connection>> opened = open_database({.path = path});
      text = opened ? "it opened" : describe(opened.error());
    }
    [[maybe_unused]] const ssize_t written = ::write(ends[1], text.data(), text.size());
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text(1'000, '\0');
  const ssize_t got = ::read(ends[0], text.data(), text.size());
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

TEST_F(SchemaTest, AReadOnlyFolderIsRefused) {
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  EXPECT_THAT(refusal_as_nobody(path), HasSubstr("cannot be made (Permission denied)"));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  open().reset();
  ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  // The log needs a place in the folder.
  const std::string text = refusal_as_nobody(path);
  EXPECT_THAT(text, HasSubstr("cannot_start"));
  EXPECT_THAT(text, HasSubstr("let this user write the file and its folder"));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
}

TEST_F(SchemaTest, AReadOnlyFileIsRefused) {
  open().reset();
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
  EXPECT_THAT(refusal_as_nobody(path), HasSubstr("let this user write the file and its folder"));
}

class DamagedSchemaTest : public SchemaTest {
 protected:
  // One byte in the middle of a table's page, where only a whole check finds it.
  void SetUp() override {
    {
      const std::unique_ptr<Connection> connection = open();
      ASSERT_TRUE(connection->run(
          Sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
              " INSERT INTO audit (at_ms, action, organization_id, subject)"
              " SELECT i, 'x', 'org', 'subject' FROM n")));
      ASSERT_TRUE(connection->checkpoint(Connection::Checkpoint::truncate));
    }
    const auto page = static_cast<std::streamoff>(std::filesystem::file_size(path) - 4'096);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(page);
    file << std::string(64, '\xFF');
  }
};

TEST_F(DamagedSchemaTest, DamageIsFoundWhereItIsLookedFor) {
  EXPECT_THAT(refusal(IntegrityCheck::always), HasSubstr("is damaged"));
  EXPECT_EQ(refusal(IntegrityCheck::never), "it opened");
}

TEST_F(DamagedSchemaTest, DamageIsLookedForAfterACrash) {
  EXPECT_EQ(refusal(), "it opened");  // the last one to close left no log
  {
    const std::unique_ptr<Connection> crashing = open();
    crashing->keep_log();
    ASSERT_TRUE(crashing->run(Sql("CREATE TABLE extra (x)")));
  }
  ASSERT_GT(std::filesystem::file_size(path + "-wal"), 0U);
  EXPECT_THAT(refusal(), HasSubstr("is damaged"));
  EXPECT_EQ(refusal(IntegrityCheck::never), "it opened");
}

}  // namespace
}  // namespace argot::catalog
