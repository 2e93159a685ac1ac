#include "catalog/postgres_pool.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

using std::chrono::milliseconds;

class PostgresPoolTest : public PostgresTest {
 protected:
  std::unique_ptr<PostgresPool> pool(std::size_t connections_max,
                                     milliseconds wait_max = milliseconds(20)) {
    return std::make_unique<PostgresPool>(
        [this] { return PostgresConnection::open(address(), {}); },
        PostgresPoolOptions{.connections_max = connections_max, .wait_max = wait_max});
  }
};

TEST_F(PostgresPoolTest, ConnectionsAreMadeWhenTheyAreNeededAndKept) {
  const auto connections = pool(2);
  EXPECT_EQ(connections->size(), 0U);
  int process = 0;
  {
    const auto one = value_of(connections->lend());
    process = one->process_id();
    EXPECT_EQ(connections->size(), 1U);
  }
  const auto again = value_of(connections->lend());
  EXPECT_EQ(again->process_id(), process);
  const auto other = value_of(connections->lend());
  EXPECT_NE(other->process_id(), process);
  EXPECT_EQ(connections->size(), 2U);
}

TEST_F(PostgresPoolTest, MoreThanThereMayBeIsOverloaded) {
  const auto connections = pool(1);
  {
    const auto one = value_of(connections->lend());
    EXPECT_EQ(code_of(connections->lend()), "overloaded");
  }
  EXPECT_TRUE(connections->lend());
}

TEST_F(PostgresPoolTest, WhoWaitsGetsTheOneThatComesBack) {
  const auto connections = pool(1, std::chrono::minutes(1));
  std::optional one(value_of(connections->lend()));
  std::thread waiting([&] { EXPECT_TRUE(connections->lend()); });
  one.reset();
  waiting.join();
}

TEST_F(PostgresPoolTest, ABrokenConnectionIsNotLentAgain) {
  const auto connections = pool(1);
  int process = 0;
  {
    const auto one = value_of(connections->lend());
    process = one->process_id();
    const Result<> ended = one->run_script("SELECT pg_terminate_backend(pg_backend_pid())");
    EXPECT_FALSE(ended);
  }
  EXPECT_EQ(connections->size(), 0U);
  EXPECT_NE(value_of(connections->lend())->process_id(), process);
}

TEST_F(PostgresPoolTest, AConnectionInTheMiddleOfSomethingIsNotLentAgain) {
  const auto connections = pool(1);
  {
    const auto one = value_of(connections->lend());
    ASSERT_TRUE(one->run_script("BEGIN"));
  }
  EXPECT_FALSE(value_of(connections->lend())->is_in_transaction());
}

TEST_F(PostgresPoolTest, WhatCannotBeMadeTakesNoRoom) {
  PostgresPool connections(
      []() -> Result<std::unique_ptr<PostgresConnection>> {
        return fail(ErrorCode::unavailable, "no");
      },
      {.connections_max = 1, .wait_max = milliseconds(1)});
  for (int time = 0; time < 3; ++time) EXPECT_EQ(code_of(connections.lend()), "unavailable");
  EXPECT_EQ(connections.size(), 0U);
}

TEST_F(PostgresPoolTest, IdleConnectionsCanBeDropped) {
  const auto connections = pool(2);
  const auto kept = value_of(connections->lend());
  {
    const auto dropped = value_of(connections->lend());
  }
  EXPECT_EQ(connections->size(), 2U);
  connections->drop_idle();
  EXPECT_EQ(connections->size(), 1U);
}

TEST_F(PostgresPoolTest, ClosingWaitsForLoansAndEndsPauses) {
  const auto connections = pool(2);
  std::optional one(value_of(connections->lend()));
  std::thread pausing([&] { EXPECT_FALSE(connections->pause(std::chrono::hours(1))); });
  std::thread closing([&] { connections->close(); });
  pausing.join();
  EXPECT_EQ(code_of(connections->lend()), "unavailable");
  EXPECT_EQ(connections->size(), 1U);
  one.reset();
  closing.join();
  EXPECT_EQ(connections->size(), 0U);
}

}  // namespace
}  // namespace argot::catalog
