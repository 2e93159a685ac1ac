#include "catalog/sqlite.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

using std::chrono::milliseconds;

constexpr Sql create_table(
    "CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT, bytes BLOB, UNIQUE (text)) STRICT");
constexpr Sql insert_thing("INSERT INTO things (text, bytes) VALUES (?1, ?2)");
constexpr Sql select_things("SELECT id, text, bytes FROM things ORDER BY id");
constexpr Sql begin("BEGIN IMMEDIATE");
constexpr Sql commit("COMMIT");

class SqliteConnection : public ::testing::Test {
 protected:
  void SetUp() override {
    path = folder / "test.db";
    std::ofstream(path).close();
    connection = open();
    ASSERT_TRUE(connection->run(create_table));
  }

  std::unique_ptr<Connection> open(Connection::Access access = Connection::Access::read_write) {
    Result<std::unique_ptr<Connection>> opened = Connection::open(path, access, milliseconds(20));
    EXPECT_TRUE(opened) << describe(opened.error());
    return std::move(opened).value();
  }

  testing::TempFolder folder;
  std::string path;
  std::unique_ptr<Connection> connection;
};

TEST_F(SqliteConnection, ValuesComeBackAsTheyWereBound) {
  const std::string text("a'\0b\xFF", 5);
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{0x27}, std::byte{0xFF}};
  ASSERT_TRUE(connection->use(insert_thing).bind(text).bind(Bytes(bytes)).run());
  Statement rows = connection->use(select_things);
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.integer(0), 1);
  EXPECT_EQ(rows.text(1), text);
  EXPECT_TRUE(std::ranges::equal(rows.bytes(2), bytes));
  EXPECT_FALSE(rows.step().value());
}

TEST_F(SqliteConnection, EmptyIsNotNull) {
  ASSERT_TRUE(connection->use(insert_thing).bind(std::string_view()).bind(Bytes()).run());
  ASSERT_TRUE(
      connection->use(insert_thing).bind(std::optional<std::string>()).bind(std::nullopt).run());
  Statement rows = connection->use(select_things);
  ASSERT_TRUE(rows.step().value());
  EXPECT_FALSE(rows.is_null(1));
  EXPECT_FALSE(rows.is_null(2));
  EXPECT_EQ(rows.text(1), "");
  EXPECT_TRUE(rows.bytes(2).empty());
  ASSERT_TRUE(rows.step().value());
  EXPECT_TRUE(rows.is_null(1));
  EXPECT_TRUE(rows.is_null(2));
  EXPECT_EQ(rows.text(1), "");
  EXPECT_TRUE(rows.bytes(2).empty());
}

TEST_F(SqliteConnection, NumbersKeepAllTheirBits) {
  static constexpr Sql echo("SELECT ?1, ?2");
  Statement row = connection->use(echo);
  row.bind(std::numeric_limits<std::int64_t>::min())
      .bind(std::optional(std::numeric_limits<std::int64_t>::max()));
  ASSERT_TRUE(row.step().value());
  EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row.integer(1), std::numeric_limits<std::int64_t>::max());
}

TEST_F(SqliteConnection, AStatementForgetsItsValuesBetweenUses) {
  ASSERT_TRUE(connection->use(insert_thing).bind("first").bind(Bytes()).run());
  ASSERT_TRUE(connection->use(insert_thing).bind("second").run());
  Statement rows = connection->use(select_things);
  ASSERT_TRUE(rows.step().value());
  ASSERT_TRUE(rows.step().value());
  EXPECT_EQ(rows.text(1), "second");
  EXPECT_TRUE(rows.is_null(2));
}

TEST_F(SqliteConnection, AStatementLeftHalfwayCanBeUsedAgain) {
  for (const char* const text : {"a", "b"}) {
    ASSERT_TRUE(connection->use(insert_thing).bind(text).run());
  }
  for (int round = 0; round < 3; ++round) {
    Statement rows = connection->use(select_things);
    ASSERT_TRUE(rows.step().value());
    EXPECT_EQ(rows.text(1), "a");
  }
}

TEST_F(SqliteConnection, StatementsAreToldApartByTheirTextNotTheirPlace) {
  for (int round = 0; round < 2; ++round) {
    {
      const Sql first("SELECT 1");
      Statement row = connection->use(first);
      ASSERT_TRUE(row.step().value());
      EXPECT_EQ(row.integer(0), 1);
    }
    {
      const Sql second("SELECT 2");
      Statement row = connection->use(second);
      ASSERT_TRUE(row.step().value());
      EXPECT_EQ(row.integer(0), 2);
    }
  }
}

TEST_F(SqliteConnection, ABadStatementFailsAtItsFirstStep) {
  static constexpr Sql bad("SELECT x FROM nowhere WHERE x = ?1");
  const Result<bool> step = connection->use(bad).bind("x").bind(std::int64_t{1}).step();
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::internal);
  EXPECT_NE(step.error().detail.find("nowhere"), std::string::npos) << step.error().detail;
  EXPECT_FALSE(connection->use(bad).step());  // and fails again
}

TEST_F(SqliteConnection, OneValueTooManyIsAnError) {
  static constexpr Sql one("SELECT ?1");
  EXPECT_FALSE(connection->use(one).bind("a").bind("b").step());
}

TEST_F(SqliteConnection, ABrokenConstraintIsInternal) {
  ASSERT_TRUE(connection->use(insert_thing).bind("same").run());
  const Result<> again = connection->use(insert_thing).bind("same").run();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::internal);
  EXPECT_EQ(connection->trouble(), Trouble::other);
}

TEST_F(SqliteConnection, ALockThatIsHeldTooLongIsUnavailable) {
  const std::unique_ptr<Connection> other = open();
  ASSERT_TRUE(other->run(begin));
  EXPECT_TRUE(other->is_in_transaction());
  const Result<> locked = connection->run(begin);
  ASSERT_FALSE(locked);
  EXPECT_EQ(locked.error().code, ErrorCode::unavailable);
  EXPECT_EQ(connection->trouble(), Trouble::busy);
  ASSERT_TRUE(other->run(commit));
  EXPECT_FALSE(other->is_in_transaction());
  EXPECT_TRUE(connection->run(begin));
}

TEST_F(SqliteConnection, AReaderRefusesChanges) {
  const std::unique_ptr<Connection> reader = open(Connection::Access::read_only);
  const Result<> refused = reader->use(insert_thing).bind("x").run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(reader->trouble(), Trouble::inaccessible);
}

TEST_F(SqliteConnection, SeveralStatementsRunAsAScript) {
  ASSERT_TRUE(
      connection->run_script("INSERT INTO things (text) VALUES ('a');"
                             "INSERT INTO things (text) VALUES ('b');"));
  EXPECT_FALSE(connection->run_script("INSERT INTO things (text) VALUES ('c'); NONSENSE;"));
}

TEST_F(SqliteConnection, TheLogGrowsUntilItIsMoved) {
  static constexpr Sql use_log("PRAGMA journal_mode = WAL");
  static constexpr Sql do_not_sync("PRAGMA synchronous = OFF");
  ASSERT_TRUE(connection->run(use_log));
  ASSERT_TRUE(connection->run(do_not_sync));
  for (int count = 0; count < 1'500; ++count) {
    const std::string text = std::to_string(count);
    ASSERT_TRUE(connection->use(insert_thing).bind(text).run());
  }
  // More than SQLite's own threshold of 1,000 pages: it must not have been moved behind our back.
  EXPECT_GT(connection->log_pages(), 1'500U);
  ASSERT_TRUE(connection->checkpoint(Connection::Checkpoint::truncate));
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0U);
}

TEST_F(SqliteConnection, WhatIsNotADatabaseSaysSo) {
  connection.reset();
  std::ofstream(path) << std::string(4'096, 'x');
  connection = open();
  EXPECT_FALSE(connection->run(select_things));
  EXPECT_EQ(connection->trouble(), Trouble::not_a_database);
}

TEST(SqliteFile, AMissingFileIsNotMade) {
  const testing::TempFolder folder;
  const std::string path = folder / "missing.db";
  EXPECT_FALSE(Connection::open(path, Connection::Access::read_write, milliseconds(1)));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace argot::catalog
