#include "http/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace argot::http {
namespace {

using namespace std::string_literals;

// "name=value|name=value", or "?" if the query is malformed.
std::string decoded(std::string_view query) {
  const auto parameters = decode_query(query);
  if (!parameters) return "?";
  std::string text;
  for (const auto& [name, value] : *parameters) {
    if (!text.empty()) text += "|";
    text.append(name).append("=").append(value);
  }
  return text;
}

TEST(Query, ParametersComeInOrder) {
  EXPECT_EQ(decoded("purpose=batch&limit=10&order=asc"), "purpose=batch|limit=10|order=asc");
  EXPECT_EQ(decoded("a=1&a=2"), "a=1|a=2");
  EXPECT_EQ(decoded(""), "");
}

TEST(Query, NamesAndValuesAreDecoded) {
  EXPECT_EQ(decoded("a%20b=c%26d+e%2Bf"), "a b=c&d e+f");
  EXPECT_EQ(decoded("expires_after%5Banchor%5D=created_at"), "expires_after[anchor]=created_at");
  EXPECT_EQ(decoded("a=%c3%A9"), "a=\u00e9");
  EXPECT_EQ(decoded("a=%00%ff"), "a=\0\xFF"s);
}

TEST(Query, ValuesMayBeMissingOrHoldEqualSigns) {
  EXPECT_EQ(decoded("a"), "a=");
  EXPECT_EQ(decoded("a="), "a=");
  EXPECT_EQ(decoded("=a"), "=a");
  EXPECT_EQ(decoded("a=b=c"), "a=b=c");
  EXPECT_EQ(decoded("&&a=b&&c=d&"), "a=b|c=d");
}

TEST(Query, MalformedPercentIsRefused) {
  for (const std::string_view query : {"%", "a=%", "a=%4", "a=%4g", "a=%g4", "a=b%", "%zz=a",
                                       "a=1&b=%2", "a=%%41", "a=% 1", "a=%+1"}) {
    EXPECT_EQ(decoded(query), "?") << query;
  }
}

TEST(Query, NumberIsBounded) {
  const auto query_with = [](std::size_t count) {
    std::string query;
    for (std::size_t number = 0; number < count; ++number) query += "&a=b";
    return query;
  };
  EXPECT_EQ(decode_query(query_with(query_parameters_max - 1))->size(), query_parameters_max - 1);
  EXPECT_EQ(decode_query(query_with(query_parameters_max))->size(), query_parameters_max);
  EXPECT_FALSE(decode_query(query_with(query_parameters_max + 1)));
}

TEST(PathSegment, PlusStandsForItself) {
  EXPECT_EQ(decode_path_segment("a+b%20c"), "a+b c");
  EXPECT_EQ(decode_path_segment("%2e%2E%2F"), "../");
  EXPECT_EQ(decode_path_segment(""), "");
  EXPECT_FALSE(decode_path_segment("a%"));
  EXPECT_FALSE(decode_path_segment("%u0041"));
}

}  // namespace
}  // namespace argot::http
