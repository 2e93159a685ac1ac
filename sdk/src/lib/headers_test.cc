#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "argot_open_ai/lib/http.hpp"

namespace argot::openai {
namespace {

TEST(Headers, NamesAreComparedWithoutRegardToCase) {
  const Headers headers{{"Content-Type", "text/plain"}, {"X-A", "1"}};
  ASSERT_NE(headers.find("content-TYPE"), nullptr);
  EXPECT_EQ(*headers.find("content-TYPE"), "text/plain");
  EXPECT_EQ(headers.find("content-typ"), nullptr);
  EXPECT_EQ(headers.find(""), nullptr);
}

TEST(Headers, OnlyAsciiLettersHaveCase) {
  const Headers headers{{"x-@", "1"}, {"x-\xC3\x84", "2"}};
  EXPECT_EQ(headers.find("x-`"), nullptr);
  EXPECT_EQ(headers.find("x-\xC3\xA4"), nullptr);
}

TEST(Headers, FindsTheFirstOfSeveral) {
  Headers headers;
  headers.append("Via", "a");
  headers.append("via", "b");
  EXPECT_EQ(headers.size(), 2U);
  EXPECT_EQ(*headers.find("VIA"), "a");
}

TEST(Headers, SetReplacesAllOfThatNameAtThePlaceOfTheFirst) {
  Headers headers{{"A", "1"}, {"Via", "a"}, {"B", "2"}, {"VIA", "b"}, {"via", "c"}, {"C", "3"}};
  headers.set("via", "only");
  EXPECT_EQ(headers, (Headers{{"A", "1"}, {"via", "only"}, {"B", "2"}, {"C", "3"}}));
}

TEST(Headers, SetAddsWhatIsNotThere) {
  Headers headers{{"A", "1"}};
  headers.set("B", "2");
  EXPECT_EQ(headers, (Headers{{"A", "1"}, {"B", "2"}}));
}

TEST(Headers, RemoveSaysHowManyThereWere) {
  Headers headers{{"a", "1"}, {"b", "2"}, {"A", "3"}};
  EXPECT_EQ(headers.remove("A"), 2U);
  EXPECT_EQ(headers.remove("A"), 0U);
  EXPECT_EQ(headers, (Headers{{"b", "2"}}));
  EXPECT_FALSE(headers.empty());
}

TEST(Headers, NamesMayPointIntoTheHeadersThemselves) {
  Headers headers{{"a", "1"}, {"b", "2"}, {"a", "3"}, {"b", "4"}};
  headers.set(headers.begin()->name, "5");
  EXPECT_EQ(headers, (Headers{{"a", "5"}, {"b", "2"}, {"b", "4"}}));
  headers = {{"b", "1"}, {"c", "2"}, {"b", "3"}};
  EXPECT_EQ(headers.remove(headers.begin()->name), 2U);
  EXPECT_EQ(headers, (Headers{{"c", "2"}}));
}

}  // namespace
}  // namespace argot::openai
