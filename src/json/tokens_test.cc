#include "json/tokens.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace argot::json {
namespace {

TEST(Tokens, NumbersFollowTheGrammarAtAnySize) {
  for (const std::string_view good :
       {"0", "-0", "7", "-7", "10", "1234567890", "0.0", "-0.10", "1.5", "10.01", "0e0", "1e1",
        "1E1", "1e+1", "1e-1", "1.5e007", "-0.0E-0", "123456789012345678901234567890",
        "1e999999"}) {
    EXPECT_TRUE(is_number(good)) << good;
  }
  const std::string long_number(100'000, '9');
  EXPECT_TRUE(is_number(long_number));
  EXPECT_TRUE(is_number("-" + long_number + "." + long_number + "e-" + long_number));
}

TEST(Tokens, NothingElseIsANumber) {
  for (const std::string_view bad :
       {"",      " ",     "-",    "+1",   "--1",   "- 1",  "01",    "-01",   "00",          ".5",
        "-.5",   "1.",    "-1.",  "1..2", "1.2.3", "1.e1", "1e",    "1E",    "1e+",         "1e-",
        "1e+-1", "1e1.5", "1e1e", "1 ",   " 1",    "1,",   "0x1F",  "1_000", "1f",          "NaN",
        "null",  "\"1\"", "1\"",  "1\\",  "inf",   "1e 5", "1 2",   "1}",    "0-",          "0.-1",
        "1a",    "e1",    "-e1",  "0e",   "0.e",   "1+1",  "0.1e+", "1.0e",  "\xEF\xBC\x91"}) {
    EXPECT_FALSE(is_number(bad)) << bad;
  }
  EXPECT_FALSE(is_number(std::string_view("1\0", 2)));
  EXPECT_FALSE(is_number(std::string(100'000, '9') + "x"));
}

TEST(Tokens, ANumberIsAsLongAsItsGrammarGoes) {
  const auto bytes_of = [](std::string_view text) { return number_bytes(text); };
  EXPECT_EQ(bytes_of("12,3"), 2U);
  EXPECT_EQ(bytes_of("01"), 1U);
  EXPECT_EQ(bytes_of("-0}"), 2U);
  EXPECT_EQ(bytes_of("1."), 1U);
  EXPECT_EQ(bytes_of("1.5.5"), 3U);
  EXPECT_EQ(bytes_of("1.e1"), 1U);
  EXPECT_EQ(bytes_of("1e"), 1U);
  EXPECT_EQ(bytes_of("1e+"), 1U);
  EXPECT_EQ(bytes_of("2.25e-10x"), 8U);
  EXPECT_EQ(bytes_of("-"), 0U);
  EXPECT_EQ(bytes_of(".5"), 0U);
  EXPECT_EQ(bytes_of(""), 0U);
}

TEST(Tokens, EscapesMeanWhatTheGrammarSays) {
  EXPECT_EQ(unescaped(""), "");
  EXPECT_EQ(unescaped("plain"), "plain");
  EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(unescaped(R"(\u0041\u00e9\u4F60)"), "A\xC3\xA9\xE4\xBD\xA0");
  EXPECT_EQ(unescaped(R"(\uD83D\uDE00)"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(unescaped(R"(\uDBFF\uDFFF)"), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(unescaped(R"(\\u0041)"), R"(\u0041)");
  EXPECT_EQ(unescaped(R"(\\\\n)"), R"(\\n)");
}

}  // namespace
}  // namespace argot::json
