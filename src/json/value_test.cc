#include "json/value.h"

#include <gtest/gtest.h>

#include <string>

#include "json/grammar_cases.h"
#include "json/reader.h"
#include "json/writer.h"

namespace argot::json {
namespace {

std::string written(const Value& value, Form form = Form::compact) {
  std::string out;
  Writer writer(out, form);
  value.write_to(writer);
  EXPECT_TRUE(writer.is_complete());
  return out;
}

TEST(Value, KnowsItsKind) {
  EXPECT_EQ(Value().kind(), Kind::null);
  EXPECT_EQ(Value(true).kind(), Kind::boolean);
  EXPECT_EQ(Value(std::int64_t{-1}).kind(), Kind::number);
  EXPECT_EQ(Value(1.5).kind(), Kind::number);
  EXPECT_EQ(Value(std::string("a")).kind(), Kind::string);
  EXPECT_EQ(Value(Value::Items{}).kind(), Kind::array);
  EXPECT_EQ(Value(Value::Members{}).kind(), Kind::object);
}

TEST(Value, GivesNothingOfAnotherKind) {
  const Value text(std::string("1"));
  EXPECT_EQ(text.boolean(), std::nullopt);
  EXPECT_EQ(text.signed_integer(), std::nullopt);
  EXPECT_EQ(text.unsigned_integer(), std::nullopt);
  EXPECT_EQ(text.number(), std::nullopt);
  EXPECT_TRUE(text.items().empty());
  EXPECT_TRUE(text.members().empty());
  EXPECT_EQ(text.find("1"), nullptr);
  EXPECT_EQ(Value(std::int64_t{1}).string(), nullptr);
}

TEST(Value, FindsAMemberByItsWholeName) {
  const Value object = *parse(R"({"a":1,"ab":2})");
  ASSERT_NE(object.find("ab"), nullptr);
  EXPECT_EQ(object.find("ab")->unsigned_integer(), 2U);
  EXPECT_EQ(object.find("b"), nullptr);
}

TEST(Value, IsReadBackAsItWasWritten) {
  for (const GrammarCase& each : good_values) {
    SCOPED_TRACE(each.name);
    const Value value = *parse(each.value);
    EXPECT_EQ(*parse(written(value)), value);
    EXPECT_EQ(*parse(written(value, Form::pretty)), value);
  }
}

TEST(Value, DiffersWhereItsTextDiffers) {
  EXPECT_NE(*parse(R"({"a":1,"b":2})"), *parse(R"({"b":2,"a":1})"));
  EXPECT_NE(*parse("1"), *parse("1.0"));
  EXPECT_NE(*parse("[]"), *parse("{}"));
  EXPECT_EQ(*parse("[1, 2]"), *parse(" [1,2]"));
}

TEST(Kind, IsDescribedWithItsArticle) {
  EXPECT_EQ(described(Kind::null), "null");
  EXPECT_EQ(described(Kind::array), "an array");
  EXPECT_EQ(described(Kind::string), "a string");
}

}  // namespace
}  // namespace argot::json
