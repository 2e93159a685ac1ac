// When the next attempt comes, whatever a server writes into Retry-After.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/wire_fixture.h"

namespace argot::openai {
namespace {

using namespace std::chrono_literals;
using detail::wired;
using detail::wiredFile;
using detail::WireReply;
using detail::WireWorld;
using std::chrono::milliseconds;
using Waits = std::vector<milliseconds>;

// FakeTime begins at Tue, 14 Nov 2023 22:13:20 GMT.

RetryConfig backoff() {
  return {.strategy = RetryConfig::Strategy::backoff,
          .backoff = BackoffStrategy{7ms, 9ms, 1, 1h},
          .maxAttempts = 2};
}

RetryConfig official() {
  RetryConfig config = RetryConfig::recommended();
  config.maxAttempts = 2;
  return config;
}

/// The waits of a call that is answered first with a 429 and those fields, then with a file; the
/// status it ends with.
struct Outcome {
  Waits waits{};
  int status = 0;
  std::optional<milliseconds> retryAfter{};

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcomeOf(const std::string& fields, const RetryConfig& config) {
  const WireWorld world(
      {WireReply{wired("429 Too Many Requests", fields, "")}, WireReply{wiredFile()}});
  const auto file = filesRetrieveFile(world.client.core, {.fileId = "f"}, {.retries = config});
  Outcome outcome{.waits = world.client.time.waits};
  EXPECT_EQ(world.server.requests().size(), outcome.waits.size() + 1);
  if (file.ok()) {
    outcome.status = 200;
  } else {
    outcome.status = file.error().statusCode().value_or(-1);
    EXPECT_EQ(outcome.status, 429) << file.error();
    outcome.retryAfter = file.error().as<SDKError>()->retryAfter();
  }
  return outcome;
}

Outcome outcomeOf(const std::string& fields) { return outcomeOf(fields, backoff()); }

Outcome waited(milliseconds wait) { return {.waits = {wait}, .status = 200}; }

TEST(FaultRetry, SecondsAreWaitedForWhateverTheIntervals) {
  EXPECT_EQ(outcomeOf("Retry-After: 1\r\n"), waited(1s));
  EXPECT_EQ(outcomeOf("retry-after:   30  \r\n"), waited(30s));
  EXPECT_EQ(outcomeOf("RETRY-AFTER: 0007\r\n"), waited(7s));
  EXPECT_EQ(outcomeOf("Retry-After: 120\r\n"), waited(120s));
}

TEST(FaultRetry, DatesAreWaitedForInAllThreeFormsOfHttp) {
  EXPECT_EQ(outcomeOf("Retry-After: Tue, 14 Nov 2023 22:13:30 GMT\r\n"), waited(10s));
  EXPECT_EQ(outcomeOf("Retry-After: Tuesday, 14-Nov-23 22:13:30 GMT\r\n"), waited(10s));
  EXPECT_EQ(outcomeOf("Retry-After: Tue Nov 14 22:13:30 2023\r\n"), waited(10s));
  // A time that has passed: the wait is the formula's, whose first is chance alone.
  EXPECT_EQ(outcomeOf("Retry-After: Tue, 14 Nov 2023 22:13:10 GMT\r\n"), waited(0s));
}

TEST(FaultRetry, WhatIsNoTimeIsIgnored) {
  for (const char* const value :
       {"", " ", "0", "-5", "-0", "1.5", "1e3", "0x2", "+3", "soon", "5 seconds", "5,6", "12:30",
        "Tue, 99 Nov 2023 99:99:99 GMT", "\xff\xfe", "5;q=1", "NaN", "inf", "\"5\""}) {
    EXPECT_EQ(outcomeOf("Retry-After: " + std::string(value) + "\r\n"), waited(0s)) << value;
  }
}

TEST(FaultRetry, AServerThatAsksForTooLongIsNotTriedAgain) {
  EXPECT_EQ(outcomeOf("Retry-After: 121\r\n"),
            (Outcome{.status = 429, .retryAfter = milliseconds(121s)}));
  EXPECT_EQ(outcomeOf("Retry-After: 412000\r\n"),  // 114 hours
            (Outcome{.status = 429, .retryAfter = milliseconds(412'000s)}));
  EXPECT_EQ(outcomeOf("Retry-After: Tue, 14 Nov 2023 22:16:00 GMT\r\n").status, 429);
  EXPECT_EQ(outcomeOf("Retry-After: 99999999999999999999999999\r\n").status, 429);
  RetryConfig patient = backoff();
  patient.maxRetryAfter = 500s;
  EXPECT_EQ(outcomeOf("Retry-After: 500\r\n", patient), waited(500s));
  EXPECT_EQ(outcomeOf("Retry-After: 501\r\n", patient).status, 429);
}

TEST(FaultRetry, MillisecondsCountForTheOfficialPolicyOnly) {
  EXPECT_EQ(outcomeOf("retry-after-ms: 250\r\n", official()), waited(250ms));
  EXPECT_EQ(outcomeOf("retry-after-ms: 250.5\r\n", official()), waited(251ms));
  EXPECT_EQ(outcomeOf("retry-after-ms: 250\r\nRetry-After: 9\r\n", official()), waited(250ms));
  EXPECT_EQ(outcomeOf("Retry-After: 9\r\nretry-after-ms: 250\r\n", official()), waited(250ms));
  EXPECT_EQ(outcomeOf("retry-after-ms: 250\r\nRetry-After: 9\r\n"), waited(9s));
  EXPECT_EQ(outcomeOf("retry-after-ms: 250\r\n"), waited(0ms));
  EXPECT_EQ(outcomeOf("retry-after-ms: 120001\r\n", official()).status, 429);
  // Those that are none leave it to the other field, or to the formula.
  for (const char* const value : {"", "-1", "soon", "1e3", "0x2", "inf", "nan"}) {
    const std::string field = "retry-after-ms: " + std::string(value) + "\r\n";
    EXPECT_EQ(outcomeOf(field + "Retry-After: 9\r\n", official()), waited(9s)) << value;
    EXPECT_EQ(outcomeOf(field, official()), waited(500ms)) << value;
  }
}

TEST(FaultRetry, ServersMayForbidAndAskForAnotherAttempt) {
  EXPECT_EQ(outcomeOf("x-should-retry: false\r\n", official()), (Outcome{.status = 429}));
  EXPECT_EQ(outcomeOf("x-should-retry: maybe\r\n", official()), waited(500ms));
  EXPECT_EQ(outcomeOf("x-should-retry: false\r\n"), waited(0ms));
  const WireWorld world(
      {WireReply{wired("404 Not Found", "x-should-retry: true\r\n", "")}, WireReply{wiredFile()}});
  EXPECT_TRUE(filesRetrieveFile(world.client.core, {.fileId = "f"}, {.retries = official()}).ok());
}

TEST(FaultRetry, NobodyWaitsForADeadlineToPass) {
  // With the client's clock real and the wait longer than the time there is, the answer comes
  // without any wait: were it not so, this test would take a minute.
  const WireWorld world({WireReply{wired("429 Busy", "Retry-After: 60\r\n", "")}}, {},
                        detail::Clocks::real);
  const auto file =
      filesRetrieveFile(world.client.core, {.fileId = "f"}, {.timeout = 30s, .retries = backoff()});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().statusCode(), 429);
  EXPECT_EQ(file.error().attempts(), 1);
}

}  // namespace
}  // namespace argot::openai
