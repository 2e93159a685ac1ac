#include "fetch/retry_after.h"

#include <gtest/gtest.h>

namespace argot::fetch {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr WallTime receipt = WallTime(784111777s);  // Sun, 06 Nov 1994 08:49:37 GMT

TEST(RetryAfter, WholeSeconds) {
  EXPECT_EQ(parse_retry_after("0", receipt), 0s);
  EXPECT_EQ(parse_retry_after("1", receipt), 1s);
  EXPECT_EQ(parse_retry_after(" 0120\t", receipt), 120s);
  EXPECT_EQ(parse_retry_after("1000000001", receipt), retry_after_told_max);
  EXPECT_EQ(parse_retry_after("99999999999999999999999999", receipt), retry_after_told_max);
}

TEST(RetryAfter, DatesOfAllThreeForms) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:40 GMT", receipt), 3s);
  EXPECT_EQ(parse_retry_after("Sunday, 06-Nov-94 08:49:40 GMT", receipt), 3s);
  EXPECT_EQ(parse_retry_after("Sun Nov  6 08:49:40 1994", receipt), 3s);
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:49:40 GMT", receipt - 250ms), 3250ms);
  EXPECT_EQ(parse_retry_after("Sat, 05 Nov 1994 08:49:40 GMT", receipt), 0s);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", receipt), retry_after_told_max);
}

TEST(RetryAfter, AnythingElseSaysNothing) {
  for (const std::string& value :
       {""s, " "s, "-5"s, "+5"s, "1.5"s, "0x2"s, "1e3"s, "5 seconds"s, "soon"s, "Sun"s, "08:49:40"s,
        "Sun, 06 Nov 2033214000 08:49:40 GMT"s, "1994-11-06"s, "1, 2"s, "5;"s,
        "Sun, 06 Nov 1994\0 08:49:40 GMT"s,
        "Sun, 06 Nov 1994 08:49:40 GMT, Sun, 06 Nov 1994 08:49:40 GMT, Sunday"s}) {
    EXPECT_EQ(parse_retry_after(value, receipt), std::nullopt) << value;
  }
}

TEST(RetryAfter, MillisecondsMayHaveAFraction) {
  EXPECT_EQ(parse_retry_after_ms("0"), 0ms);
  EXPECT_EQ(parse_retry_after_ms("1500"), 1500ms);
  EXPECT_EQ(parse_retry_after_ms(" 1.2 "), 2ms);
  EXPECT_EQ(parse_retry_after_ms("1" + std::string(300, '0')), retry_after_told_max);
  for (const char* const value :
       {"", "-1", "-0", "+1", "1e3", "inf", "nan", "0x10", "1ms", ".5x", "1 2"}) {
    EXPECT_EQ(parse_retry_after_ms(value), std::nullopt) << value;
  }
}

TEST(RetryAfter, MillisecondsComeFirstWhereTheyCanBeRead) {
  EXPECT_EQ(asked_wait({}, receipt), std::nullopt);
  EXPECT_EQ(asked_wait({{"RETRY-AFTER", "2"}}, receipt), 2s);
  EXPECT_EQ(asked_wait({{"retry-after", "2"}, {"Retry-After-Ms", "30"}}, receipt), 30ms);
  EXPECT_EQ(asked_wait({{"retry-after", "2"}, {"retry-after-ms", "x"}}, receipt), 2s);
  EXPECT_EQ(asked_wait({{"retry-after", "x"}}, receipt), std::nullopt);
}

TEST(RetryAfter, TheServerMayDecide) {
  EXPECT_EQ(should_retry({{"X-Should-Retry", "true"}}), true);
  EXPECT_EQ(should_retry({{"x-should-retry", "False"}}), false);
  EXPECT_EQ(should_retry({{"x-should-retry", "1"}}), std::nullopt);
  EXPECT_EQ(should_retry({}), std::nullopt);
}

TEST(MatchesStatus, CodesAndRanges) {
  const std::vector<std::string> patterns{"429", "5XX", "4xx "};
  EXPECT_TRUE(matches_status(429, patterns));
  EXPECT_TRUE(matches_status(500, patterns));
  EXPECT_TRUE(matches_status(599, patterns));
  EXPECT_FALSE(matches_status(404, patterns));
  EXPECT_FALSE(matches_status(42, patterns));
  EXPECT_TRUE(matches_status(302, {"3xX"}));
  EXPECT_FALSE(matches_status(200, {"xxX"}));
  EXPECT_FALSE(matches_status(200, {"20X", "2", "2XXX", "", "default"}));
  EXPECT_FALSE(matches_status(200, {}));
}

}  // namespace
}  // namespace argot::fetch
