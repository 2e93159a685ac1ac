#include "server/duty.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"
#include "tests/support/lending_catalog.h"

namespace argot::server {
namespace {

using namespace std::chrono_literals;

class DutyTest : public ::testing::Test {
 protected:
  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  argot::testing::LendingCatalog catalog_{clock_, random_};
  Duty one_{catalog_, clock_, "sweep", "one"};
  Duty two_{catalog_, clock_, "sweep", "two"};
};

TEST_F(DutyTest, IsOneProcessesAtATime) {
  EXPECT_EQ(one_.claim(), true);
  EXPECT_EQ(two_.claim(), false);
  EXPECT_EQ(catalog_.last().duty, "sweep");
  EXPECT_EQ(catalog_.last().until, clock_.now() + Duty::lease);
}

TEST_F(DutyTest, IsClaimedAnewThreeTimesALease) {
  EXPECT_EQ(one_.claim(), true);
  clock_.advance(19s);
  EXPECT_EQ(one_.claim(), true);
  EXPECT_EQ(catalog_.claims(), 1);
  clock_.advance(1s);
  EXPECT_EQ(one_.claim(), true);
  EXPECT_EQ(catalog_.claims(), 2);
  clock_.advance(59s);
  EXPECT_EQ(two_.claim(), false);
}

TEST_F(DutyTest, IsTakenOverFromAProcessThatIsGone) {
  EXPECT_EQ(one_.claim(), true);
  clock_.advance(Duty::lease);
  EXPECT_EQ(two_.claim(), true);
  EXPECT_EQ(one_.claim(), false);
}

TEST_F(DutyTest, IsFreeAtOnceWhenItIsGivenUp) {
  EXPECT_EQ(one_.claim(), true);
  two_.give_up();
  EXPECT_EQ(two_.claim(), false);
  one_.give_up();
  EXPECT_EQ(two_.claim(), true);
  one_.give_up();
  EXPECT_EQ(one_.claim(), false);
}

TEST_F(DutyTest, IsNobodysAfterAnErrorUntilItIsClaimedAgain) {
  EXPECT_EQ(one_.claim(), true);
  clock_.advance(30s);
  catalog_.fail_claims(true);
  EXPECT_FALSE(one_.claim());
  catalog_.fail_claims(false);
  const int asked = catalog_.claims();
  EXPECT_EQ(one_.claim(), true);
  EXPECT_EQ(catalog_.claims(), asked + 1);
}

}  // namespace
}  // namespace argot::server
