// What loans do is tested in the contract suites; this is about one row that two want.
#include "catalog/postgres_waiting_rows.h"

#include <gtest/gtest.h>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

class PostgresWaitingRows : public PostgresTest {};

TEST_F(PostgresWaitingRows, TheSlowerOneOfTwoThatSawTheSameRowGetsNothing) {
  const auto catalog = open();
  const Project project = value_of(catalog->create_organization("Acme"));
  NewFile file = make_file(random, project);
  file.status = FileStatus::uploaded;
  ASSERT_TRUE(catalog->commit_file(file));
  const auto connection = connect();
  const auto sequence = value_of(postgres::select_waiting(*connection, "", clock.now()));
  ASSERT_TRUE(sequence);
  const postgres::Loan loan{.now = clock.now(), .until = clock.now() + std::chrono::minutes(1)};
  {
    PostgresTransaction faster(*connection);
    const auto lent = value_of(postgres::claim_waiting_row(faster, *sequence, loan));
    ASSERT_TRUE(lent);
    EXPECT_EQ(lent->tries, 1U);
  }
  PostgresTransaction slower(*connection);
  EXPECT_FALSE(value_of(postgres::claim_waiting_row(slower, *sequence, loan)));
}

}  // namespace
}  // namespace argot::catalog
