#include "catalog/postgres_transaction.h"

#include <gtest/gtest.h>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

constexpr Sql insert("INSERT INTO t VALUES ($1)");
constexpr Sql count("SELECT count(*) FROM t");

class PostgresTransactionTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    connection = connect();
    ASSERT_TRUE(connection->run_script("CREATE TABLE t (n bigint PRIMARY KEY)"));
  }

  std::int64_t rows() { return value_of(connect()->run(count))[0].integer(0); }

  std::unique_ptr<PostgresConnection> connection;
};

TEST_F(PostgresTransactionTest, WhatIsCommittedStaysAndItsAnswersAreThoseOfItsStatements) {
  PostgresTransaction transaction(*connection);
  transaction.queue(insert, PostgresValues().number(1));
  transaction.queue(count);
  const std::vector<PostgresRows> first = value_of(transaction.ask());
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[1][0].integer(0), 1);
  EXPECT_EQ(rows(), 0);
  transaction.queue(insert, PostgresValues().number(2));
  transaction.queue(count);
  const std::vector<PostgresRows> second = value_of(transaction.commit());
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[1][0].integer(0), 2);
  EXPECT_EQ(rows(), 2);
  EXPECT_FALSE(transaction.is_outcome_unknown());
}

TEST_F(PostgresTransactionTest, WhatIsNotCommittedIsUndone) {
  {
    PostgresTransaction transaction(*connection);
    transaction.queue(insert, PostgresValues().number(1));
    ASSERT_TRUE(transaction.ask());
    transaction.queue(insert, PostgresValues().number(2));
  }
  EXPECT_FALSE(connection->is_in_transaction());
  EXPECT_EQ(rows(), 0);
  {
    const PostgresTransaction never_asked(*connection);
  }
  EXPECT_TRUE(connection->run(count));
}

TEST_F(PostgresTransactionTest, AFailureIsTheWholeTransactions) {
  ASSERT_TRUE(connection->run(insert, PostgresValues().number(1)));
  PostgresTransaction transaction(*connection);
  transaction.queue(insert, PostgresValues().number(2));
  transaction.queue(insert, PostgresValues().number(1));
  EXPECT_EQ(code_of(transaction.commit()), "internal");
  EXPECT_EQ(transaction.trouble(), PostgresTrouble::duplicate);
  EXPECT_FALSE(transaction.is_outcome_unknown());
  EXPECT_FALSE(connection->is_in_transaction());
  EXPECT_EQ(rows(), 1);
}

TEST_F(PostgresTransactionTest, AnOutcomeIsUnknownOnlyOnceTheCommitWasSent) {
  static constexpr Sql end("SELECT pg_terminate_backend(pg_backend_pid())");
  {
    PostgresTransaction transaction(*connection);
    transaction.queue(end);
    EXPECT_EQ(code_of(transaction.ask()), "unavailable");
    EXPECT_EQ(transaction.trouble(), PostgresTrouble::broken);
    EXPECT_FALSE(transaction.is_outcome_unknown());
  }
  connection = connect();
  PostgresTransaction transaction(*connection);
  transaction.queue(end);
  EXPECT_EQ(code_of(transaction.commit()), "unavailable");
  EXPECT_TRUE(transaction.is_outcome_unknown());
}

}  // namespace
}  // namespace argot::catalog
