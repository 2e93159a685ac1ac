#include "openai/fields.h"

#include <gtest/gtest.h>

#include <string>

#include "json/reader.h"

namespace argot::openai {
namespace {

TEST(Fields, AreReadByTheirType) {
  const json::Value object =
      *json::parse(R"({"s":"x","u":18446744073709551615,"i":-5,"b":false,"n":null})");
  const Fields fields = *Fields::of(object, "thing");
  EXPECT_EQ(*fields.string("s"), "x");
  EXPECT_EQ(*fields.unsigned_integer("u"), 18'446'744'073'709'551'615U);
  EXPECT_EQ(*fields.signed_integer("i"), -5);
  EXPECT_EQ(*fields.optional_string("s"), "x");
  EXPECT_EQ(*fields.optional_integer("i"), -5);
  EXPECT_EQ(*fields.optional_boolean("b"), false);
}

TEST(Fields, TakeNullForAbsent) {
  const json::Value object = *json::parse(R"({"object":null,"n":null})");
  const Fields fields = *Fields::of(object, "thing");
  for (const std::string_view field : {"n", "unknown"}) {
    EXPECT_EQ(fields.find(field), nullptr);
    EXPECT_EQ(*fields.optional_string(field), std::nullopt);
    EXPECT_EQ(*fields.optional_integer(field), std::nullopt);
    EXPECT_EQ(*fields.optional_boolean(field), std::nullopt);
    EXPECT_FALSE(fields.string(field));
    EXPECT_FALSE(fields.unsigned_integer(field));
    EXPECT_FALSE(fields.signed_integer(field));
  }
}

TEST(Fields, RefuseAnotherType) {
  const json::Value object = *json::parse(R"({"s":"x","i":-5,"u":18446744073709551615})");
  const Fields fields = *Fields::of(object, "thing");
  EXPECT_FALSE(fields.string("i"));
  EXPECT_FALSE(fields.optional_string("i"));
  EXPECT_FALSE(fields.unsigned_integer("i"));
  EXPECT_FALSE(fields.signed_integer("u"));
  EXPECT_FALSE(fields.optional_integer("s"));
  EXPECT_FALSE(fields.optional_boolean("s"));
}

TEST(Fields, NameTheFieldAndWhatCame) {
  const json::Value object = *json::parse(R"({"object":"thing","a":[1],"s":"x"})");
  const Fields fields = *Fields::of(object, "thing");
  EXPECT_EQ(fields.wrong("a", "a string").error(),
            (Error{.code = ErrorCode::invalid_request,
                   .detail = "Expected 'a' to be a string, but got an array.",
                   .param = "a"}));
  EXPECT_EQ(fields.wrong("s", "a number").error().detail,
            "Expected 's' to be a number, but got 'x'.");
  EXPECT_EQ(fields.wrong("b", "a number").error().detail,
            "Expected 'b' to be a number, but got nothing.");
}

TEST(Fields, AreThoseOfAnObjectOfThatName) {
  EXPECT_TRUE(Fields::of(*json::parse("{}"), "thing"));
  EXPECT_TRUE(Fields::of(*json::parse(R"({"object":"thing"})"), "thing"));
  EXPECT_FALSE(Fields::of(*json::parse(R"({"object":"file"})"), "thing"));
  EXPECT_FALSE(Fields::of(*json::parse(R"({"object":1})"), "thing"));
  EXPECT_FALSE(Fields::of(*json::parse("1"), "thing"));
}

}  // namespace
}  // namespace argot::openai
