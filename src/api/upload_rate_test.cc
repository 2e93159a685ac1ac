#include "api/upload_rate.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::api {
namespace {

using testing::FakeClock;
using namespace std::chrono_literals;

// Of `count` uploads, how many were admitted.
int admitted(UploadRate& rate, int count, const std::string& key = "key") {
  int taken = 0;
  for (int index = 0; index < count; ++index) taken += rate.admit(key) ? 1 : 0;
  return taken;
}

TEST(UploadRate, WithoutALimitThereIsNone) {
  const FakeClock clock;
  UploadRate rate(std::nullopt, clock, 0);
  EXPECT_EQ(admitted(rate, 5'000), 5'000);
}

TEST(UploadRate, AdmitsThatManyAndNotOneMore) {
  const FakeClock clock;
  UploadRate rate(1'000, clock);
  EXPECT_EQ(admitted(rate, 1'100), 1'000);
}

TEST(UploadRate, SaysWhatIsUsedAndWhenToTryAgain) {
  FakeClock clock;
  UploadRate rate(2, clock);
  ASSERT_EQ(admitted(rate, 1), 1);
  clock.advance(20s);
  ASSERT_EQ(admitted(rate, 1), 1);
  clock.advance(3'500ms);
  const Result<> refused = rate.admit("key");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::rate_limit_exceeded);
  EXPECT_EQ(refused.error().detail,
            "requests per min (RPM): Limit 2, Used 2, Requested 1. Please try again in 37s.");
  EXPECT_EQ(refused.error().retry_after_seconds, 37);
}

TEST(UploadRate, WhoTriesAgainWhenToldIsAdmitted) {
  // The upload that fills the limit may fall anywhere within a second.
  for (const auto begin : {0ms, 1ms, 500ms, 999ms}) {
    for (const auto pause : {0ms, 1ms, 999ms, 30'000ms, 58'999ms}) {
      FakeClock clock(0);  // a machine that has just started
      clock.advance(begin);
      UploadRate rate(1, clock);
      ASSERT_TRUE(rate.admit("key"));
      clock.advance(pause);
      const Result<> refused = rate.admit("key");
      ASSERT_FALSE(refused);
      const int seconds = refused.error().retry_after_seconds;
      EXPECT_GT(seconds, 0);
      EXPECT_LE(seconds, 60);
      clock.advance(std::chrono::seconds(seconds));
      EXPECT_TRUE(rate.admit("key"));
    }
  }
}

TEST(UploadRate, AMinuteLaterEverythingIsFree) {
  FakeClock clock;
  UploadRate rate(3, clock);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(admitted(rate, 4), 3);
    clock.advance(59s);
    EXPECT_EQ(admitted(rate, 1), 0) << "a refusal is not counted";
    clock.advance(1s);
  }
  clock.advance(24h);
  EXPECT_EQ(admitted(rate, 4), 3);
}

TEST(UploadRate, WhatIsAMinuteOldIsForgottenSecondBySecond) {
  FakeClock clock;
  UploadRate rate(60, clock);
  for (int second = 0; second < 60; ++second) {
    EXPECT_EQ(admitted(rate, 1), 1);
    clock.advance(1s);
  }
  // From now on one a second, for as long as one likes.
  for (int second = 0; second < 150; ++second) {
    EXPECT_EQ(admitted(rate, 2), 1) << second;
    clock.advance(1s);
  }
}

TEST(UploadRate, EachKeyHasItsOwn) {
  const FakeClock clock;
  UploadRate rate(2, clock);
  EXPECT_EQ(admitted(rate, 3, "one"), 2);
  EXPECT_EQ(admitted(rate, 3, "two"), 2);
}

TEST(UploadRate, KeepsCountOfSoManyKeysAndForgetsTheIdleOnes) {
  FakeClock clock;
  UploadRate rate(1, clock, 2);
  EXPECT_EQ(admitted(rate, 1, "one"), 1);
  clock.advance(30s);
  EXPECT_EQ(admitted(rate, 1, "two"), 1);
  const Result<> third = rate.admit("three");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::overloaded);
  EXPECT_EQ(admitted(rate, 1, "one"), 0) << "whoever is known stays so";
  clock.advance(30s);
  EXPECT_EQ(admitted(rate, 1, "three"), 1) << "in the place of the first";
  EXPECT_EQ(rate.admit("one").error().code, ErrorCode::overloaded);
  EXPECT_EQ(rate.admit("two").error().code, ErrorCode::rate_limit_exceeded);
}

TEST(UploadRate, ThatComeTogetherDoNotShareTheLastPlace) {
  const FakeClock clock;
  UploadRate rate(1'000, clock);
  std::atomic<int> taken = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] { taken += admitted(rate, 200); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, 1'000);
}

}  // namespace
}  // namespace argot::api
