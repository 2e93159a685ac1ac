#include "json/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "json/reader.h"

namespace argot::json {
namespace {

void write_example(Writer& writer) {
  writer.begin_object();
  writer.key("name").string("a\"b");
  writer.key("sizes").begin_array().integer(1).integer(-2).end_array();
  writer.key("nothing").begin_object().end_object();
  writer.key("list").begin_array().begin_object().key("x").null().end_object().end_array();
  writer.key("flag").boolean(false);
  writer.end_object();
}

TEST(Writer, WritesCompactly) {
  std::string out;
  Writer writer(out);
  write_example(writer);
  EXPECT_TRUE(writer.is_complete());
  EXPECT_EQ(out, R"({"name":"a\"b","sizes":[1,-2],"nothing":{},"list":[{"x":null}],"flag":false})");
}

TEST(Writer, WritesPrettily) {
  std::string out;
  Writer writer(out, Form::pretty);
  write_example(writer);
  EXPECT_EQ(out, R"({
  "name": "a\"b",
  "sizes": [
    1,
    -2
  ],
  "nothing": {},
  "list": [
    {
      "x": null
    }
  ],
  "flag": false
})");
}

TEST(Writer, AppendsToWhatIsThere) {
  std::string out = "data: ";
  Writer(out).begin_array().end_array();
  EXPECT_EQ(out, "data: []");
}

TEST(Writer, KeepsTheRangeOfIntegers) {
  std::string out;
  Writer writer(out);
  writer.begin_array()
      .integer(std::numeric_limits<std::int64_t>::min())
      .integer(std::numeric_limits<std::uint64_t>::max())
      .integer(std::int8_t{-128})
      .end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,-128]");
}

TEST(Writer, KeepsDoublesAsDoubles) {
  for (const double value : {0.0, -0.0, 1.0, 0.1, 1e300, -5e-324, 1.7976931348623157e308}) {
    std::string out;
    Writer(out).number(value);
    const Value back = *parse(out);
    EXPECT_EQ(back.number(), value) << out;
    EXPECT_EQ(std::signbit(*back.number()), std::signbit(value)) << out;
    EXPECT_EQ(back.signed_integer(), std::nullopt) << out;
  }
}

TEST(Writer, MakesValidJsonOfAnyBytes) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  std::string out;
  Writer(out).begin_object().key(every_byte).string(every_byte).end_object();
  EXPECT_TRUE(parse(out)) << out;
}

TEST(Writer, IsCompleteAfterExactlyOneValue) {
  std::string out;
  Writer writer(out);
  EXPECT_FALSE(writer.is_complete());
  writer.begin_array();
  EXPECT_FALSE(writer.is_complete());
  writer.end_array();
  EXPECT_TRUE(writer.is_complete());
}

TEST(WriterDeathTest, RefusesWhatHasNoPlaceInTheGrammar) {
  std::string out;
  EXPECT_DEATH(Writer(out).key("a"), "");
  EXPECT_DEATH(Writer(out).end_object(), "");
  EXPECT_DEATH(Writer(out).null().null(), "");
  EXPECT_DEATH(Writer(out).begin_object().null(), "");
  EXPECT_DEATH(Writer(out).begin_object().key("a").key("b"), "");
  EXPECT_DEATH(Writer(out).begin_object().key("a").end_object(), "");
  EXPECT_DEATH(Writer(out).begin_object().end_array(), "");
  EXPECT_DEATH(Writer(out).begin_array().key("a"), "");
  EXPECT_DEATH(Writer(out).begin_array().end_object(), "");
  EXPECT_DEATH(Writer(out).begin_array().end_array().begin_array(), "");
  EXPECT_DEATH(Writer(out).number(std::numeric_limits<double>::infinity()), "");
  EXPECT_DEATH(Writer(out).number(std::numeric_limits<double>::quiet_NaN()), "");
}

TEST(WriterDeathTest, IsBoundedInDepth) {
  std::string out;
  Writer writer(out);
  for (std::size_t level = 0; level < limits::json_depth_max; ++level) writer.begin_array();
  EXPECT_DEATH(writer.begin_array(), "");
  EXPECT_DEATH(writer.begin_object(), "");
  for (std::size_t level = 0; level < limits::json_depth_max; ++level) writer.end_array();
  EXPECT_TRUE(writer.is_complete());
  EXPECT_TRUE(parse(out));
}

}  // namespace
}  // namespace argot::json
