#include "catalog/postgres_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <string>
#include <thread>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using namespace std::string_view_literals;
using ::testing::HasSubstr;

class PostgresConnectionTest : public PostgresTest {};

constexpr Sql echo("SELECT $1::text, $2::bytea, $3::bigint, $4::bytea, $5::bigint");

TEST_F(PostgresConnectionTest, ValuesComeBackAsTheyWereBound) {
  const auto connection = connect();
  const std::string_view nasty("'\"\\\x00\xFF $1"sv);
  for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                    std::int64_t{0}, std::numeric_limits<std::int64_t>::max()}) {
    const PostgresRows rows = value_of(connection->run(echo, PostgresValues()
                                                                 .id("file-1")
                                                                 .bytes(nasty)
                                                                 .number(number)
                                                                 .optional_bytes(std::nullopt)
                                                                 .number(std::nullopt)));
    ASSERT_EQ(rows.size(), 1);
    EXPECT_EQ(rows[0].text(0), "file-1");
    EXPECT_EQ(rows[0].text(1), nasty);
    EXPECT_EQ(rows[0].integer(2), number);
    EXPECT_FALSE(rows[0].is_null(2));
    EXPECT_TRUE(rows[0].is_null(3));
    EXPECT_TRUE(rows[0].is_null(4));
  }
}

TEST_F(PostgresConnectionTest, WhatNoIdHasBecomesAnotherIdOfNobody) {
  const auto connection = connect();
  const PostgresRows rows =
      value_of(connection->run(Sql("SELECT $1::text"), PostgresValues().id("a\x00\xFF\nb'"sv)));
  EXPECT_EQ(rows[0].text(0), "a???b'");
}

TEST_F(PostgresConnectionTest, WhatIsQueuedIsAnsweredInItsOrder) {
  const auto connection = connect();
  static constexpr Sql twice("SELECT 2 * $1::bigint");
  for (std::int64_t number = 0; number < 5; ++number) {
    connection->queue(twice, PostgresValues().number(number));
  }
  const std::vector<PostgresRows> answers = value_of(connection->flush());
  ASSERT_EQ(answers.size(), 5U);
  for (int number = 0; number < 5; ++number) {
    EXPECT_EQ(answers[static_cast<std::size_t>(number)][0].integer(0), 2 * number);
  }
}

TEST_F(PostgresConnectionTest, AStatementIsPreparedOnce) {
  const auto connection = connect();
  static constexpr Sql count("SELECT count(*) FROM pg_prepared_statements");
  const std::int64_t before = value_of(connection->run(count))[0].integer(0);
  for (int time = 0; time < 3; ++time)
    ASSERT_TRUE(
        connection->run(echo, PostgresValues().id("").bytes(""sv).number(0).bytes(""sv).number(0)));
  EXPECT_EQ(value_of(connection->run(count))[0].integer(0), before + 1);
}

TEST_F(PostgresConnectionTest, AFailureUndoesItsNeighboursAndTheConnectionGoesOn) {
  const auto connection = connect();
  ASSERT_TRUE(connection->run_script("CREATE TABLE t (n bigint PRIMARY KEY)"));
  static constexpr Sql insert("INSERT INTO t VALUES ($1)");
  static constexpr Sql wrong("SELECT nothing FROM nowhere");
  connection->queue(insert, PostgresValues().number(1));
  connection->queue(wrong);
  static constexpr Sql fine("SELECT 1::bigint");
  connection->queue(fine);
  const auto failed = connection->flush();
  EXPECT_EQ(code_of(failed), "internal");
  EXPECT_THAT(failed.error().detail, HasSubstr("nowhere"));
  static constexpr Sql count("SELECT count(*) FROM t");
  EXPECT_EQ(value_of(connection->run(count))[0].integer(0), 0);
  // Neither what failed nor what was never tried counts as prepared.
  ASSERT_TRUE(connection->run_script("CREATE TABLE nowhere (nothing bigint)"));
  EXPECT_TRUE(connection->run(wrong));
  EXPECT_TRUE(connection->run(fine));
  EXPECT_TRUE(connection->run(insert, PostgresValues().number(1)));
  EXPECT_EQ(code_of(connection->run(insert, PostgresValues().number(1))), "internal");
  EXPECT_EQ(connection->trouble(), PostgresTrouble::duplicate);
  EXPECT_FALSE(connection->is_broken());
}

TEST_F(PostgresConnectionTest, WhatTheServerReportsIsOneOfOurCodes) {
  struct Case {
    std::string state;
    std::string code;
    PostgresTrouble trouble;
    bool is_broken = false;
  };
  const Case cases[] = {
      {"53100", "insufficient_storage", PostgresTrouble::other},
      {"53200", "overloaded", PostgresTrouble::other},
      {"53300", "overloaded", PostgresTrouble::other},
      {"55P03", "overloaded", PostgresTrouble::other},
      {"57014", "unavailable", PostgresTrouble::other},
      {"25006", "unavailable", PostgresTrouble::other, true},
      {"40001", "unavailable", PostgresTrouble::conflict},
      {"40P01", "unavailable", PostgresTrouble::conflict},
      {"40003", "unavailable", PostgresTrouble::broken, true},
      {"57P01", "unavailable", PostgresTrouble::broken, true},
      {"08006", "unavailable", PostgresTrouble::broken, true},
      {"23505", "internal", PostgresTrouble::duplicate},
      {"23503", "invalid_request", PostgresTrouble::unknown_tenant},
      {"XX000", "internal", PostgresTrouble::other},
  };
  for (const Case& each : cases) {
    const auto connection = connect();
    const std::string script =
        "DO $$ BEGIN RAISE 'so it is' USING ERRCODE = '" + each.state + "'; END $$";
    const Result<> failed = connection->run_script(script.c_str());
    EXPECT_EQ(code_of(failed), each.code) << each.state;
    EXPECT_EQ(failed.error().detail, "so it is (" + each.state + ")");
    EXPECT_EQ(connection->trouble(), each.trouble) << each.state;
    EXPECT_EQ(connection->is_broken(), each.is_broken) << each.state;
  }
}

TEST_F(PostgresConnectionTest, DetailsOfTheServerAreNotRepeated) {
  const auto connection = connect();
  ASSERT_TRUE(
      connection->run_script("CREATE TABLE t (secret text PRIMARY KEY);"
                             "INSERT INTO t VALUES ('s3cret')"));
  const Result<> failed = connection->run_script("INSERT INTO t VALUES ('s3cret')");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().detail, ::testing::Not(HasSubstr("s3cret")));
}

TEST_F(PostgresConnectionTest, ABrokenConnectionSaysSo) {
  const auto connection = connect();
  const auto other = connect();
  static constexpr Sql end("SELECT pg_terminate_backend($1::bigint::int)");
  ASSERT_TRUE(other->run(end, PostgresValues().number(connection->process_id())));
  const auto failed = connection->run(Sql("SELECT 1::bigint"));
  EXPECT_EQ(code_of(failed), "unavailable");
  EXPECT_EQ(connection->trouble(), PostgresTrouble::broken);
  EXPECT_TRUE(connection->is_broken());
  EXPECT_EQ(code_of(connection->run(Sql("SELECT 1::bigint"))), "unavailable");
}

// A server that is stopped lets a commit end and answers it, and then there is no sync.
TEST_F(PostgresConnectionTest, ASessionThatIsEndedDuringACommitIsBroken) {
  const auto other = connect();
  ASSERT_TRUE(other->run_script("CREATE TABLE t (n bigint)"));
  static constexpr Sql begin("BEGIN");
  static constexpr Sql insert("INSERT INTO t VALUES ($1)");
  static constexpr Sql commit("COMMIT");
  static constexpr Sql end_commit(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
      " WHERE pid = $1::bigint::int AND query = 'COMMIT' AND state = 'active'");
  static constexpr Sql count("SELECT count(*) FROM t WHERE n = $1");
  std::int64_t committed = 0;  // by a session that was ended
  for (std::int64_t number = 0; committed == 0; ++number) {
    ASSERT_LT(number, 100) << "no session was ended during a commit";
    const auto connection = connect();
    // The longest that there is.
    ASSERT_TRUE(connection->run_script("SET commit_siblings = 0; SET commit_delay = 100000"));
    std::string code;
    std::atomic<bool> is_over = false;
    std::thread committing([&] {
      connection->queue(begin);
      connection->queue(insert, PostgresValues().number(number));
      connection->queue(commit);
      code = code_of(connection->flush());
      is_over = true;
    });
    const PostgresValues session = PostgresValues().number(connection->process_id());
    bool is_ended = false;
    while (!is_ended && !is_over) is_ended = !value_of(other->run(end_commit, session)).is_empty();
    committing.join();
    if (!is_ended || code == "no error") continue;  // it was over by then
    EXPECT_EQ(code, "unavailable");
    EXPECT_EQ(connection->trouble(), PostgresTrouble::broken);
    EXPECT_TRUE(connection->is_broken());
    committed = value_of(other->run(count, PostgresValues().number(number)))[0].integer(0);
  }
}

TEST_F(PostgresConnectionTest, WhatTakesTooLongIsEnded) {
  const auto slow = connect({.statement = std::chrono::milliseconds(20)});
  EXPECT_EQ(code_of(slow->run(Sql("SELECT pg_sleep(60)"))), "unavailable");
  EXPECT_FALSE(slow->is_broken());
  const auto silent = connect({.answer = std::chrono::milliseconds(20)});
  EXPECT_EQ(code_of(silent->run(Sql("SELECT pg_sleep(1)"))), "unavailable");
  EXPECT_TRUE(silent->is_broken());
}

TEST_F(PostgresConnectionTest, AServerThatIsNotThereIsUnavailable) {
  const PostgresAddress nowhere =
      value_of(PostgresAddress::parse("postgres://me:s3cret@/argot?host=%2Fnowhere"));
  const auto opened = PostgresConnection::open(nowhere, {});
  EXPECT_EQ(code_of(opened), "unavailable");
  EXPECT_THAT(opened.error().detail, HasSubstr("/nowhere"));
  EXPECT_THAT(opened.error().detail, ::testing::Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace argot::catalog
