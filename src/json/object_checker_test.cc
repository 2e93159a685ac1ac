#include "json/object_checker.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "json/grammar_cases.h"
#include "json/simdjson_twin.h"

namespace argot::json {
namespace {

bool is_object_cut_at(std::string_view text, std::size_t cut) {
  ObjectChecker checker;
  checker.write(text.substr(0, cut));
  checker.write(text.substr(cut));
  return checker.is_object();
}

bool is_object_byte_by_byte(std::string_view text) {
  ObjectChecker checker;
  for (std::size_t place = 0; place < text.size(); ++place) checker.write(text.substr(place, 1));
  return checker.is_object();
}

void expect_verdict(std::string_view text, bool expected) {
  EXPECT_EQ(is_json_object(text), expected) << text;
  EXPECT_EQ(is_object_byte_by_byte(text), expected) << text;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_EQ(is_object_cut_at(text, cut), expected) << text << " cut at " << cut;
  }
}

std::string member(std::string_view value) { return R"({"a":)" + std::string(value) + "}"; }

std::string nested_member(std::size_t levels) {
  return member(std::string(levels - 1, '[') + std::string(levels - 1, ']'));
}

TEST(ObjectChecker, AcceptsEveryGoodValueAsAMember) {
  for (const GrammarCase& each : good_values) {
    SCOPED_TRACE(each.name);
    expect_verdict(member(each.value), true);
    EXPECT_TRUE(ask_simdjson(member(each.value), nullptr).is_object);
  }
}

TEST(ObjectChecker, RefusesEveryBadValueAsAMember) {
  for (const GrammarCase& each : bad_values) {
    SCOPED_TRACE(each.name);
    expect_verdict(member(each.value), false);
    expect_verdict(R"({"a":[)" + std::string(each.value) + "]}",
                   each.name == "nothing" || each.name == "only white space");
  }
}

TEST(ObjectChecker, RefusesWhatIsNoObject) {
  for (const std::string_view text : {"", " ", "[]", "1", "null", "\"{}\"", "[{}]", "{", "}",
                                      "{}{}", "{} {}", "{},", "{}]", "\xEF\xBB\xBF{}", "x{}"}) {
    expect_verdict(text, false);
  }
}

TEST(ObjectChecker, AllowsWhiteSpaceAround) {
  expect_verdict(" \t{}\r\n ", true);
  expect_verdict("{\n\"a\"\n:\n1\n}", true);
}

TEST(ObjectChecker, RefusesEveryBeginningOfAnObject) {
  const std::string_view text = R"({"a":[1,-2.5e3,true,"b\u00e9\ud83d\ude00"],"c":{"d":null}})";
  EXPECT_TRUE(is_json_object(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(is_json_object(text.substr(0, size))) << size;
  }
}

TEST(ObjectChecker, TakesNumbersOfAnySizeAndRepeatedKeys) {
  expect_verdict(R"({"a":123456789012345678901234567890,"a":1e999})", true);
}

TEST(ObjectChecker, IsBoundedInDepth) {
  EXPECT_TRUE(is_json_object(nested_member(limits::jsonl_depth_max)));
  EXPECT_FALSE(is_json_object(nested_member(limits::jsonl_depth_max + 1)));
}

TEST(ObjectChecker, RemembersWhatEachLevelIs) {
  expect_verdict(R"({"a":[{"b":[[],{}]},[{}]],"c":{}})", true);
  expect_verdict(R"({"a":[{"b":[[],{}}],[{}]],"c":{}})", false);
  expect_verdict(R"({"a":[1,"b":2]})", false);
  expect_verdict(R"({"a":1,2})", false);
}

TEST(ObjectChecker, KnowsWhenNothingCanHelp) {
  ObjectChecker checker;
  checker.write(R"({"a":)");
  EXPECT_FALSE(checker.is_hopeless());
  checker.write("x");
  EXPECT_TRUE(checker.is_hopeless());
  checker.write("1}");
  EXPECT_FALSE(checker.is_object());
}

struct Place {
  std::uint64_t good_bytes = 0;
  std::string_view expected;

  friend bool operator==(const Place&, const Place&) = default;
};

std::ostream& operator<<(std::ostream& out, const Place& place) {
  return out << place.good_bytes << ", " << place.expected;
}

// However the text is cut.
void expect_place(std::string_view text, Place expected, Root root = Root::object) {
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ObjectChecker checker(root);
    checker.write(text.substr(0, cut));
    checker.write(text.substr(cut));
    EXPECT_EQ((Place{checker.good_bytes(), checker.expected()}), expected)
        << text << " cut at " << cut;
  }
}

TEST(ObjectChecker, SaysWhatCouldHaveComeAndWhere) {
  expect_place(R"({"a":[1,2}})", {9, "',' or ']'"});
  expect_place(R"({"a":{"b":1]})", {11, "',' or '}'"});
  expect_place(R"({"a":12x})", {7, "',' or '}'"});
  expect_place(R"({"a":"b\x"})", {8, "one of \"\\/bfnrtu after a backslash"});
  expect_place(R"({"a":1}x)", {7, "the end of the line"});
  expect_place(R"({"a":1,)", {7, "a key in double quotes"});
  expect_place("\"a\"", {0, "'{'"});
  expect_place("12 3", {3, "the end of the line"}, Root::any_value);
  expect_place("-", {1, "a digit"}, Root::any_value);
  expect_place("1x", {1, "the end of the line"}, Root::any_value);
}

TEST(ObjectChecker, CountsAllBytesOfWhatIsGood) {
  expect_place(R"({"a":1} )", {8, "the end of the line"});
  expect_place("12", {2, "the end of the line"}, Root::any_value);
}

TEST(ObjectChecker, StopsCountingWhereItBecameHopeless) {
  ObjectChecker checker;
  checker.write("{x");
  checker.write(std::string(1'000, 'y'));
  EXPECT_EQ(checker.good_bytes(), 1U);
}

TEST(ObjectChecker, KnowsThatOnlyDepthWasTooMuch) {
  ObjectChecker deep;
  deep.write(nested_member(limits::jsonl_depth_max + 1));
  EXPECT_TRUE(deep.is_too_deep());
  EXPECT_EQ(deep.good_bytes(), 5 + limits::jsonl_depth_max - 1);
  ObjectChecker broken;
  broken.write("{x");
  EXPECT_FALSE(broken.is_too_deep());
  ObjectChecker good;
  good.write(nested_member(limits::jsonl_depth_max));
  EXPECT_FALSE(good.is_too_deep());
}

TEST(ObjectChecker, TakesEveryGoodValueAloneIfToldTo) {
  for (const GrammarCase& each : good_values) {
    ObjectChecker checker(Root::any_value);
    checker.write(each.value);
    EXPECT_TRUE(checker.is_object()) << each.name;
  }
  for (const GrammarCase& each : bad_values) {
    ObjectChecker checker(Root::any_value);
    checker.write(each.value);
    EXPECT_FALSE(checker.is_object()) << each.name;
  }
}

}  // namespace
}  // namespace argot::json
