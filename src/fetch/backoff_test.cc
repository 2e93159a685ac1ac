#include "fetch/backoff.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/fakes.h"

namespace argot::fetch {
namespace {

using namespace std::chrono_literals;
using argot::testing::SeededRandom;

constexpr double most = 1 - 0x1p-53;

TEST(Backoff, ThePolynomialStartsWithJitterAlone) {
  const PolynomialBackoff backoff;
  EXPECT_EQ(backoff.wait(0, 0), 0ms);
  EXPECT_EQ(backoff.wait(0, 0.5), 500ms);
  EXPECT_EQ(backoff.wait(0, most), 999ms);
}

TEST(Backoff, ThePolynomialIsNoExponential) {
  const PolynomialBackoff backoff;
  EXPECT_EQ(backoff.wait(1, 0), 500ms);
  EXPECT_EQ(backoff.wait(2, 0), 1414ms);  // 500 * 2^1.5
  EXPECT_EQ(backoff.wait(4, 0), 4000ms);
  EXPECT_EQ(backoff.wait(4, 0.25), 4250ms);
  EXPECT_EQ(backoff.wait(24, 0), 58787ms);
  EXPECT_EQ(backoff.wait(25, 0), 60000ms);  // 62500
}

TEST(Backoff, ThePolynomialIsClampedWithItsJitter) {
  const PolynomialBackoff backoff{.initial_interval = 1ms, .interval_max = 5ms, .exponent = 1.1};
  EXPECT_EQ(backoff.wait(0, 0.5), 5ms);
  EXPECT_EQ(backoff.wait(2, 0), 2ms);
  EXPECT_EQ(backoff.wait(1000, most), 5ms);
}

TEST(Backoff, NoNumbersOverflow) {
  const double infinite = std::numeric_limits<double>::infinity();
  const int many = std::numeric_limits<int>::max();
  EXPECT_EQ(PolynomialBackoff{.exponent = 1e6}.wait(many, most), 60'000ms);
  EXPECT_EQ(PolynomialBackoff{.exponent = infinite}.wait(2, 0), 60'000ms);
  EXPECT_EQ(PolynomialBackoff{.exponent = std::numeric_limits<double>::quiet_NaN()}.wait(2, 0),
            0ms);
  EXPECT_EQ(PolynomialBackoff{.interval_max = -1ms}.wait(2, 0), 0ms);
  EXPECT_EQ(PolynomialBackoff{.initial_interval = -1ms}.wait(2, 0), 0ms);
  EXPECT_EQ(PolynomialBackoff{}.wait(-1, 0), 0ms);
  EXPECT_EQ(DoublingBackoff{}.wait(many, 0), 8'000ms);
  EXPECT_EQ(DoublingBackoff{}.wait(-1, 0), 500ms);
}

TEST(Backoff, TheOfficialOneDoublesToEightSecondsAndShortensByUpToAQuarter) {
  const DoublingBackoff backoff;
  EXPECT_EQ(backoff.wait(0, 0), 500ms);
  EXPECT_EQ(backoff.wait(1, 0), 1s);
  EXPECT_EQ(backoff.wait(2, 0), 2s);
  EXPECT_EQ(backoff.wait(3, 0), 4s);
  EXPECT_EQ(backoff.wait(4, 0), 8s);
  EXPECT_EQ(backoff.wait(5, 0), 8s);
  EXPECT_EQ(backoff.wait(5, 0.5), 7s);
  EXPECT_EQ(backoff.wait(5, most), 6000ms);
  EXPECT_EQ(backoff.wait(0, most), 375ms);
}

TEST(Backoff, ChanceIsInItsRange) {
  SeededRandom random;
  SCOPED_TRACE(random.seed_text());
  double lowest = 1;
  double highest = 0;
  for (int round = 0; round < 1000; ++round) {
    const double chance = chance_of(random);
    ASSERT_GE(chance, 0);
    ASSERT_LT(chance, 1);
    lowest = std::min(lowest, chance);
    highest = std::max(highest, chance);
  }
  EXPECT_LT(lowest, 0.1);
  EXPECT_GT(highest, 0.9);
}

TEST(ChooseWait, TheServersTimeIsNeverUndercut) {
  EXPECT_EQ(choose_wait({.backoff = 300ms}), 300ms);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 2s}), 2s);
  EXPECT_EQ(choose_wait({.backoff = 3s, .asked = 2s}), 2s);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 0s}), 300ms);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 120s}), 120s);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 120'001ms}), std::nullopt);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 121s, .asked_max = 200s}), 121s);
}

TEST(ChooseWait, NothingIsTriedAfterTheDeadline) {
  EXPECT_EQ(choose_wait({.backoff = 300ms, .remaining = 301ms}), 300ms);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .remaining = 300ms}), std::nullopt);
  EXPECT_EQ(choose_wait({.backoff = 300ms, .asked = 2s, .remaining = 1s}), std::nullopt);
  EXPECT_EQ(choose_wait({.remaining = 0s}), std::nullopt);
}

}  // namespace
}  // namespace argot::fetch
