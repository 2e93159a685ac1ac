#include "json/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "json/grammar_cases.h"
#include "json/simdjson_twin.h"

namespace argot::json {
namespace {

using ::testing::HasSubstr;

Value good(std::string_view text) {
  Result<Value> value = parse(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().detail);
  return value ? *std::move(value) : Value();
}

std::string complaint(std::string_view text, const Bounds& bounds = {}) {
  const Result<Value> value = parse(text, bounds);
  if (value) return "accepted";
  EXPECT_EQ(value.error().code, ErrorCode::invalid_request) << text;
  return value.error().detail;
}

std::string nested_arrays(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(Parse, AcceptsTheGrammarAndSeesWhatSimdjsonSees) {
  for (const GrammarCase& each : good_values) {
    SCOPED_TRACE(each.name);
    const Value value = good(each.value);
    EXPECT_TRUE(ask_simdjson(each.value, &value).is_same);
  }
}

TEST(Parse, RefusesWhatIsNotInTheGrammar) {
  for (const GrammarCase& each : bad_values) {
    SCOPED_TRACE(each.name);
    EXPECT_THAT(complaint(each.value), HasSubstr("Invalid JSON at byte "));
    EXPECT_THAT(complaint("[" + std::string(each.value) + ",1]"), HasSubstr("Invalid JSON"));
  }
}

TEST(Parse, RefusesEveryBeginningOfADocument) {
  const std::string_view text =
      R"({"a":[1,-2.5e3,true,false,null,"b\u00e9\ud83d\ude00"],"c":{"d":{}}})";
  EXPECT_FALSE(good(text).is_null());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_NE(complaint(text.substr(0, size)), "accepted") << size;
  }
}

TEST(Parse, SaysWhereWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(complaint(R"({"a" 1})"), "Invalid JSON at byte 5: expected ':', but got '1'.");
  EXPECT_EQ(complaint("{1"), "Invalid JSON at byte 1: expected a key or '}', but got '1'.");
  EXPECT_EQ(complaint(R"({"a":1,})"), "Invalid JSON at byte 7: expected a key, but got '}'.");
  EXPECT_EQ(complaint("[1 2]"), "Invalid JSON at byte 3: expected ',' or ']', but got '2'.");
  EXPECT_EQ(complaint(R"({"a":1)"),
            "Invalid JSON at byte 6: expected ',' or '}', but got the end of the text.");
  EXPECT_EQ(complaint("[\x01]"),
            "Invalid JSON at byte 1: expected a value, but got the byte 0x01.");
  EXPECT_EQ(complaint("{} x"),
            "Invalid JSON at byte 3: expected the end of the text, but got 'x'.");
  EXPECT_EQ(complaint("[1.]"), "Invalid JSON at byte 3: expected a digit, but got ']'.");
  EXPECT_EQ(complaint("\"ab\xE4\xBDz\""),
            "Invalid JSON at byte 3: expected UTF-8, but got the byte 0xe4.");
  EXPECT_EQ(complaint("\"a\n\""),
            "Invalid JSON at byte 2: expected '\"' at the end of a string, but got the byte 0x0a.");
  EXPECT_EQ(complaint(R"("\ud83d\u0041")"),
            "Invalid JSON at byte 9: expected a low surrogate after a high one, but got '0'.");
  EXPECT_EQ(complaint(R"("\ude00")"),
            "Invalid JSON at byte 3: expected a high surrogate before a low one, but got 'd'.");
}

TEST(Parse, RefusesAKeyThatOccursTwiceAmongAnyNumberOfThem) {
  for (std::size_t count = 2; count <= 20; ++count) {
    std::string others;
    for (std::size_t i = 0; i < count; ++i) others += "\"" + std::to_string(i) + "\":0,";
    EXPECT_TRUE(parse("{" + others + "\"x\":0}")) << count;
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_THAT(complaint("{" + others + "\"" + std::to_string(i) + "\":0}"),
                  HasSubstr("at byte " + std::to_string(1 + others.size()) + ": "))
          << i << " of " << count;
    }
  }
}

TEST(Parse, RefusesAKeyThatOccursTwice) {
  EXPECT_EQ(complaint(R"({"b":1,"a":2,"a":3})"),
            "Invalid JSON at byte 13: expected each key once, but got the same key again.");
  EXPECT_THAT(complaint(R"([{"a":{"x":1,"\u0078":1}}])"), HasSubstr("the same key again"));
  EXPECT_EQ(good(R"({"a":{"a":1},"b":{"a":1}})").members().size(), 2U);
}

TEST(Parse, KeepsTheOrderOfMembers) {
  const Value value = good(R"({"b":1,"a":2,"c":3})");
  ASSERT_EQ(value.members().size(), 3U);
  EXPECT_EQ(value.members()[0].key, "b");
  EXPECT_EQ(value.members()[1].key, "a");
  EXPECT_EQ(value.members()[2].key, "c");
}

TEST(Parse, KeepsIntegersExact) {
  EXPECT_EQ(good("9223372036854775807").signed_integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(good("-9223372036854775808").signed_integer(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(good("9223372036854775808").signed_integer(), std::nullopt);
  EXPECT_EQ(good("18446744073709551615").unsigned_integer(),
            std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(good("-1").unsigned_integer(), std::nullopt);
  EXPECT_EQ(good("1.0").signed_integer(), std::nullopt);
  EXPECT_EQ(good("1e3").unsigned_integer(), std::nullopt);
  EXPECT_EQ(good("1e3").number(), 1000.0);
}

TEST(Parse, RefusesNumbersOutOfRange) {
  for (const std::string_view text : {"18446744073709551616", "-9223372036854775809", "1e400",
                                      "-1e400", "1e-400", "100000000000000000000000000000000"}) {
    EXPECT_EQ(complaint("[" + std::string(text) + "]"),
              "Invalid JSON at byte 1: expected a number in range, but got one that is not.");
  }
}

TEST(Parse, UndoesEscapes) {
  EXPECT_EQ(*good(R"("\"\\\/\b\f\n\r\t")").string(), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(*good(R"("\u0000")").string(), std::string(1, '\0'));
  EXPECT_EQ(*good(R"("\u007f\u0080\u07ff\u0800\uffff")").string(),
            "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF");
  EXPECT_EQ(*good(R"("\ud83d\ude00\udbff\udfff")").string(), "\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF");
}

TEST(Parse, IsBoundedInBytes) {
  const Bounds bounds = {.bytes_max = 4};
  EXPECT_EQ(complaint("true", bounds), "accepted");
  EXPECT_EQ(complaint("true ", bounds), "Expected at most 4 bytes of JSON, but got 5 bytes.");
  EXPECT_EQ(complaint('"' + std::string(limits::json_bytes_max - 2, 'a') + '"'), "accepted");
  EXPECT_NE(complaint('"' + std::string(limits::json_bytes_max - 1, 'a') + '"'), "accepted");
}

TEST(Parse, IsBoundedInDepth) {
  EXPECT_EQ(complaint(nested_arrays(limits::json_depth_max)), "accepted");
  EXPECT_EQ(complaint(nested_arrays(limits::json_depth_max + 1)),
            "Invalid JSON at byte 32: nested deeper than 32 levels.");
  EXPECT_NE(complaint(std::string(limits::json_bytes_max, '[')), "accepted");
}

TEST(Parse, IsBoundedInValues) {
  const Bounds bounds = {.values_max = 3};
  EXPECT_EQ(complaint("[1,2]", bounds), "accepted");
  EXPECT_EQ(complaint("[1,2,3]", bounds), "Invalid JSON at byte 5: more than 3 values.");
}

TEST(Parse, FindsADuplicateAmongManyKeys) {
  std::string text = "{";
  for (int key = 0; key < 50'000; ++key) text += '"' + std::to_string(key) + "\":0,";
  EXPECT_EQ(complaint(text + "\"last\":0}"), "accepted");
  EXPECT_THAT(complaint(text + "\"49999\":0}"), HasSubstr("the same key again"));
}

}  // namespace
}  // namespace argot::json
