#include "http/conditional.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace argot::http {
namespace {

constexpr std::int64_t modified = 784111777;
constexpr std::int64_t now = 1767225600;
constexpr std::string_view at_modified = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view before = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view after = "Sun, 06 Nov 1994 08:49:38 GMT";

std::string outcome_of(const std::vector<HeaderView>& headers, Method method = Method::get) {
  Request request;
  request.method = method;
  request.headers = headers;
  const ConditionResult result =
      evaluate_conditions(request, {.etag = "\"abc\"", .last_modified = modified}, now);
  switch (result.outcome) {
    case Outcome::proceed:
      return result.range_applies ? "range" : "proceed";
    case Outcome::not_modified:
      EXPECT_FALSE(result.range_applies);
      return "not_modified";
    case Outcome::precondition_failed:
      EXPECT_FALSE(result.range_applies);
      return "failed";
  }
  return "?";
}

TEST(Conditions, WithoutConditionsItProceeds) {
  EXPECT_EQ(outcome_of({}), "proceed");
  EXPECT_EQ(outcome_of({{"Accept", "*/*"}}), "proceed");
}

TEST(Conditions, IfNoneMatchComparesWeakly) {
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "W/\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"if-none-match", "*"}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"x\", W/\"y\" ,\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", ", ,\"abc\","}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"a,b\",\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"x\""}, {"If-None-Match", "\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"ABC\""}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"x\""}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-None-Match", ""}}), "proceed");
}

TEST(Conditions, IfNoneMatchFailsWritesInsteadOfAnswering304) {
  EXPECT_EQ(outcome_of({{"If-None-Match", "*"}}, Method::head), "not_modified");
  EXPECT_EQ(outcome_of({{"If-None-Match", "*"}}, Method::delete_), "failed");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"abc\""}}, Method::post), "failed");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"x\""}}, Method::delete_), "proceed");
}

TEST(Conditions, MalformedTagsMatchNothing) {
  for (const std::string_view list :
       {"abc", "\"abc", "abc\"", "'abc'", "w/\"abc\"", "W/abc", "W/ \"abc\"", "\"abc\"x",
        "\"x\" \"abc\"", "**", "*, \"abc\"x", "x, \"abc\"", "W/\"x\"\"abc\""}) {
    EXPECT_EQ(outcome_of({{"If-None-Match", list}}), "proceed") << list;
    EXPECT_EQ(outcome_of({{"If-Match", list}}), "failed") << list;
  }
}

TEST(Conditions, IfMatchComparesStrongly) {
  EXPECT_EQ(outcome_of({{"If-Match", "\"abc\""}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Match", "*"}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\", \"abc\""}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\""}, {"if-match", "\"abc\""}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Match", "W/\"abc\""}}), "failed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\""}}), "failed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\""}}, Method::delete_), "failed");
}

TEST(Conditions, DatesCompareToTheSecond) {
  EXPECT_EQ(outcome_of({{"If-Modified-Since", before}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Modified-Since", at_modified}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-Modified-Since", after}}), "not_modified");
  EXPECT_EQ(outcome_of({{"If-Modified-Since", at_modified}}, Method::head), "not_modified");
  EXPECT_EQ(outcome_of({{"If-Modified-Since", at_modified}}, Method::delete_), "proceed");
  EXPECT_EQ(outcome_of({{"If-Unmodified-Since", before}}), "failed");
  EXPECT_EQ(outcome_of({{"If-Unmodified-Since", at_modified}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Unmodified-Since", after}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Unmodified-Since", before}}, Method::delete_), "failed");
}

TEST(Conditions, UnreadableDatesAreIgnored) {
  for (const std::string_view date : {"", "0", "yesterday", "Sun, 06 Nov 1994 08:49:37"}) {
    EXPECT_EQ(outcome_of({{"If-Modified-Since", date}}), "proceed");
    EXPECT_EQ(outcome_of({{"If-Unmodified-Since", date}}), "proceed");
  }
}

TEST(Conditions, TagsGoBeforeDates) {
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"x\""}, {"If-Modified-Since", after}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-None-Match", "\"abc\""}, {"If-Modified-Since", before}}),
            "not_modified");
  EXPECT_EQ(outcome_of({{"If-Match", "\"abc\""}, {"If-Unmodified-Since", before}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\""}, {"If-Unmodified-Since", after}}), "failed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"x\""}, {"If-None-Match", "\"abc\""}}), "failed");
  EXPECT_EQ(outcome_of({{"If-Match", "\"abc\""}, {"If-None-Match", "\"abc\""}}), "not_modified");
}

TEST(Conditions, RangeAppliesToPlainGets) {
  EXPECT_EQ(outcome_of({{"Range", "bytes=0-1"}}), "range");
  EXPECT_EQ(outcome_of({{"Range", "bytes=0-1"}}, Method::head), "proceed");
  EXPECT_EQ(outcome_of({{"Range", "bytes=0-1"}}, Method::post), "proceed");
  EXPECT_EQ(outcome_of({{"Range", "bytes=0-1"}, {"If-None-Match", "\"abc\""}}), "not_modified");
  EXPECT_EQ(outcome_of({{"Range", "bytes=0-1"}, {"If-None-Match", "\"x\""}}), "range");
}

TEST(Conditions, IfRangeHasToBeTheVerySame) {
  const HeaderView range{.name = "Range", .value = "bytes=0-1"};
  EXPECT_EQ(outcome_of({range, {"If-Range", "\"abc\""}}), "range");
  EXPECT_EQ(outcome_of({range, {"If-Range", at_modified}}), "range");
  EXPECT_EQ(outcome_of({{"If-Range", "\"abc\""}}), "proceed");
  for (const std::string_view other :
       {std::string_view("W/\"abc\""), std::string_view("\"x\""), before, after,
        std::string_view(""), std::string_view("*"), std::string_view("abc"),
        std::string_view("\"abc\", \"x\"")}) {
    EXPECT_EQ(outcome_of({range, {"If-Range", other}}), "proceed") << other;
  }
}

TEST(Conditions, LongListsCostNoMoreThanTheirLength) {
  std::string list;
  for (int tag = 0; tag < 20'000; ++tag) list += "\"x\"     ,";
  EXPECT_EQ(outcome_of({{"If-None-Match", list}}), "proceed");
  EXPECT_EQ(outcome_of({{"If-None-Match", list + "\"abc\""}}), "not_modified");
}

}  // namespace
}  // namespace argot::http
