#include "catalog/postgres_duty_rows.h"

#include <gtest/gtest.h>

#include <chrono>

#include "catalog/postgres_fixture.h"

namespace argot::catalog {
namespace {

class PostgresDutyRows : public PostgresTest {
 protected:
  DutyClaim claim(const std::string& duty, const std::string& holder) {
    return {.duty = duty,
            .holder = holder,
            .now = clock.now(),
            .until = clock.now() + std::chrono::minutes(1)};
  }
};

TEST_F(PostgresDutyRows, ADutyIsOneHoldersUntilItsTimeIsOver) {
  const auto left = open();
  const auto right = open();
  EXPECT_TRUE(value_of(left->claim_duty(claim("sweep", "left"))));
  EXPECT_FALSE(value_of(right->claim_duty(claim("sweep", "right"))));
  clock.advance(std::chrono::seconds(59));
  EXPECT_FALSE(value_of(right->claim_duty(claim("sweep", "right"))));
  clock.advance(std::chrono::seconds(1));
  EXPECT_TRUE(value_of(right->claim_duty(claim("sweep", "right"))));
  EXPECT_FALSE(value_of(left->claim_duty(claim("sweep", "left"))));
}

TEST_F(PostgresDutyRows, WhoeverHoldsItHoldsItLongerByAskingAgain) {
  const auto left = open();
  const auto right = open();
  EXPECT_TRUE(value_of(left->claim_duty(claim("sweep", "left"))));
  clock.advance(std::chrono::seconds(40));
  EXPECT_TRUE(value_of(left->claim_duty(claim("sweep", "left"))));
  clock.advance(std::chrono::seconds(40));
  EXPECT_FALSE(value_of(right->claim_duty(claim("sweep", "right"))));
}

TEST_F(PostgresDutyRows, OneThatIsGivenUpIsFreeAtOnceButOnlyByItsHolder) {
  const auto left = open();
  const auto right = open();
  EXPECT_TRUE(value_of(left->claim_duty(claim("sweep", "left"))));
  ASSERT_TRUE(right->give_up_duty("sweep", "right"));
  EXPECT_FALSE(value_of(right->claim_duty(claim("sweep", "right"))));
  ASSERT_TRUE(left->give_up_duty("scrub", "left"));
  EXPECT_FALSE(value_of(right->claim_duty(claim("sweep", "right"))));
  ASSERT_TRUE(left->give_up_duty("sweep", "left"));
  EXPECT_TRUE(value_of(right->claim_duty(claim("sweep", "right"))));
}

TEST_F(PostgresDutyRows, DutiesHaveNothingToDoWithEachOther) {
  const auto left = open();
  const auto right = open();
  EXPECT_TRUE(value_of(left->claim_duty(claim("sweep", "left"))));
  EXPECT_TRUE(value_of(right->claim_duty(claim("scrub", "right"))));
}

}  // namespace
}  // namespace argot::catalog
