#include "http/dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace argot::http {
namespace {

using namespace std::string_literals;

constexpr std::int64_t example = 784111777;    // of RFC 9110 section 5.6.7
constexpr std::int64_t new_year = 1767225600;  // 1 January 2026

TEST(Dates, AllThreeFormsAreOneTime) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT", new_year), example);
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT", new_year), example);
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994", new_year), example);
  EXPECT_EQ(parse_date("Sun Nov 16 08:49:37 1994", new_year), example + 10 * 86400);
}

TEST(Dates, FormatIsTheFixedOne) {
  EXPECT_EQ(format_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
  EXPECT_EQ(format_date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(format_date(253402300799), "Fri, 31 Dec 9999 23:59:59 GMT");
  EXPECT_EQ(format_date(-62135596800), "Mon, 01 Jan 0001 00:00:00 GMT");
}

TEST(Dates, WhatIsWrittenIsReadBack) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const auto seconds = static_cast<std::int64_t>(random() % 253402300800ULL);
    EXPECT_EQ(parse_date(format_date(seconds), new_year), seconds);
  }
}

TEST(Dates, YearsOfTwoDigitsAreAtMostFiftyAhead) {
  EXPECT_EQ(format_date(*parse_date("Friday, 01-Jan-76 00:00:00 GMT", new_year)),
            "Wed, 01 Jan 2076 00:00:00 GMT");
  EXPECT_EQ(format_date(*parse_date("Friday, 01-Jan-77 00:00:00 GMT", new_year)),
            "Sat, 01 Jan 1977 00:00:00 GMT");
  EXPECT_EQ(format_date(*parse_date("Friday, 01-Jan-00 00:00:00 GMT", new_year)),
            "Sat, 01 Jan 2000 00:00:00 GMT");
  const std::int64_t in_2090 = 3786912000;
  EXPECT_EQ(format_date(*parse_date("Friday, 01-Jan-10 00:00:00 GMT", in_2090)),
            "Wed, 01 Jan 2110 00:00:00 GMT");
}

TEST(Dates, RealDaysOnly) {
  EXPECT_TRUE(parse_date("Thu, 29 Feb 2024 00:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 29 Feb 2023 00:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 31 Apr 2023 00:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 00 Jan 2023 00:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 32 Jan 2023 00:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 01 Jan 2023 24:00:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 01 Jan 2023 00:60:00 GMT", new_year));
  EXPECT_FALSE(parse_date("Wed, 01 Jan 2023 00:00:61 GMT", new_year));
  EXPECT_EQ(parse_date("Sat, 31 Dec 2016 23:59:60 GMT", new_year), 1483228800);
}

TEST(Dates, AnythingElseIsNoDate) {
  for (const std::string& text : {""s,
                                  "Sun"s,
                                  "Sun,"s,
                                  "Sun, "s,
                                  "0"s,
                                  "784111777"s,
                                  "Sun, 6 Nov 1994 08:49:37 GMT"s,
                                  "Sun, 06 Nov 94 08:49:37 GMT"s,
                                  "Sun, 06 Nov 1994 08:49:37"s,
                                  "Sun, 06 Nov 1994 08:49:37 UTC"s,
                                  "Sun, 06 Nov 1994 08:49:37 gmt"s,
                                  "Sun, 06 Nov 1994 08:49:37 GMT "s,
                                  " Sun, 06 Nov 1994 08:49:37 GMT"s,
                                  "Sun, 06 nov 1994 08:49:37 GMT"s,
                                  "sun, 06 Nov 1994 08:49:37 GMT"s,
                                  "Sun, 06 Nox 1994 08:49:37 GMT"s,
                                  "Son, 06 Nov 1994 08:49:37 GMT"s,
                                  "Sun, 06-Nov-1994 08:49:37 GMT"s,
                                  "Sun, 06 Nov 1994 8:49:37 GMT"s,
                                  "Sun, 06 Nov 1994 08:49 GMT"s,
                                  "Sun, 06 Nov 1994 +8:49:37 GMT"s,
                                  "Sun,06 Nov 1994 08:49:37 GMT"s,
                                  "Sunday, 06 Nov 1994 08:49:37 GMT"s,
                                  "Sun, 06-Nov-94 08:49:37 GMT"s,
                                  "Sun Nov 6 08:49:37 1994"s,
                                  "Sun Nov 06 08:49:37 1994 GMT"s,
                                  "Sun Nov  6 08:49:37 94"s,
                                  "1994-11-06T08:49:37Z"s,
                                  "Sun, 06 Nov 1994 08:49:37 GMT; length=5"s,
                                  "Sun, 06 Nov 19\0 4 08:49:37 GMT"s,
                                  "Sun, 06 No"s,
                                  "Sun,  6 Nov 1994 08:49:37 GMT"s,
                                  "Sun Nov  a 08:49:37 1994"s}) {
    EXPECT_FALSE(parse_date(text, new_year)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace argot::http
