#include "json/fault.h"

#include <gtest/gtest.h>

#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "json/grammar_cases.h"

namespace argot::json {
namespace {

struct FaultCase {
  std::string_view text;
  std::size_t offset;
  std::string_view expected;
  std::string_view got;
};

void expect_fault(const FaultCase& each, FaultKind kind, Root root = Root::object) {
  SCOPED_TRACE(each.text);
  const auto fault = find_fault(each.text, root);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, kind);
  EXPECT_EQ(fault->offset, each.offset);
  EXPECT_EQ(fault->expected, each.expected);
  EXPECT_EQ(fault->got, each.got);
}

TEST(Fault, TextsThatEndTooEarlyAreToldAtTheirEnd) {
  constexpr std::string_view end = "the end of the line";
  const std::vector<FaultCase> cases = {
      {"", 0, "'{'", end},
      {"  ", 2, "'{'", end},
      {"{", 1, "a key in double quotes or '}'", end},
      {R"({"a)", 3, "'\"' at the end of a string", end},
      {R"({"a\)", 4, "one of \"\\/bfnrtu after a backslash", end},
      {R"({"a\u00)", 7, "four hexadecimal digits, a low surrogate only after a high one", end},
      {R"({"a\ud83d)", 9, "the escape of a low surrogate", end},
      {R"({"a\ud83d\)", 10, "the escape of a low surrogate", end},
      {R"({"a\ud83d\ude)", 13, "the escape of a low surrogate", end},
      {R"({"a")", 4, "':' after a key", end},
      {R"({"a":)", 5, "a value", end},
      {R"({"a":-)", 6, "a digit", end},
      {R"({"a":1)", 6, "',' or '}'", end},
      {R"({"a":0)", 6, "',' or '}'", end},
      {R"({"a":1.)", 7, "a digit", end},
      {R"({"a":1.5)", 8, "',' or '}'", end},
      {R"({"a":1e)", 7, "a digit", end},
      {R"({"a":1e+)", 8, "a digit", end},
      {R"({"a":1e5)", 8, "',' or '}'", end},
      {R"({"a":tru)", 8, "true, false or null", end},
      {R"({"a":true)", 9, "',' or '}'", end},
      {R"({"a":1,)", 7, "a key in double quotes", end},
      {R"({"a":[)", 6, "a value or ']'", end},
      {R"({"a":[1)", 7, "',' or ']'", end},
      {R"({"a":[1,)", 8, "a value", end},
      {R"({"a":[1])", 8, "',' or '}'", end}};
  for (const FaultCase& each : cases) expect_fault(each, FaultKind::grammar);
}

TEST(Fault, WrongBytesAreToldWhereTheyStand) {
  const std::vector<FaultCase> cases = {
      {"x{}", 0, "'{'", "'x'"},
      {"[]", 0, "'{'", "'['"},
      {"{}x", 2, "the end of the line", "'x'"},
      {"{} {}", 3, "the end of the line", "'{'"},
      {"{}}", 2, "the end of the line", "'}'"},
      {"{1:2}", 1, "a key in double quotes or '}'", "'1'"},
      {"{,}", 1, "a key in double quotes or '}'", "','"},
      {"{]", 1, "a key in double quotes or '}'", "']'"},
      {R"({"a" 1})", 5, "':' after a key", "'1'"},
      {R"({"a":})", 5, "a value", "'}'"},
      {R"({"a":1]})", 6, "',' or '}'", "']'"},
      {R"({"a":1 2})", 7, "',' or '}'", "'2'"},
      {R"({"a":1,})", 7, "a key in double quotes", "'}'"},
      {R"({"a":[1}})", 7, "',' or ']'", "'}'"},
      {R"({"a":[1,]})", 8, "a value", "']'"},
      {R"({"a":[,]})", 6, "a value or ']'", "','"},
      {R"({"a":01})", 6, "',' or '}'", "'1'"},
      {R"({"a":-x})", 6, "a digit", "'x'"},
      {R"({"a":1.})", 7, "a digit", "'}'"},
      {R"({"a":1e})", 7, "a digit", "'}'"},
      {R"({"a":1e+ 1})", 8, "a digit", "a space"},
      {R"({"a":.5})", 5, "a value", "'.'"},
      {R"({"a":True})", 5, "a value", "'T'"},
      {R"({"a":nul})", 8, "true, false or null", "'}'"},
      {R"({"a":nullx})", 9, "',' or '}'", "'x'"},
      {"{\"a\":\"\t\"}", 6, "'\"' at the end of a string", "the byte 0x09"},
      {R"({"a":"\q"})", 7, "one of \"\\/bfnrtu after a backslash", "'q'"},
      {R"({"a":"\u00g0"})", 10, "four hexadecimal digits, a low surrogate only after a high one",
       "'g'"},
      {R"({"a":"\ude00"})", 11, "four hexadecimal digits, a low surrogate only after a high one",
       "'0'"},
      {R"({"a":"\ud83d"})", 12, "the escape of a low surrogate", "'\"'"},
      {R"({"a":"\ud83dx"})", 12, "the escape of a low surrogate", "'x'"},
      {R"({"a":"\ud83d\n"})", 13, "the escape of a low surrogate", "'n'"},
      {R"({"a":"\ud83d\u0041"})", 17, "the escape of a low surrogate", "'1'"},
      {"{\"\xC3\xA9\":\xC3\xA9}", 6, "a value", "the byte 0xc3"},
      {std::string_view("{\"a\":1\0}", 8), 6, "',' or '}'", "the byte 0x00"},
      {"{\x7F}", 1, "a key in double quotes or '}'", "the byte 0x7f"},
      {"{\f}", 1, "a key in double quotes or '}'", "the byte 0x0c"}};
  for (const FaultCase& each : cases) expect_fault(each, FaultKind::grammar);
}

TEST(Fault, AnyValueMayStandAlone) {
  for (const std::string_view good :
       {"1", "-0.5e3", " null ", "true", "\"a\"", "[]", "[1,{}]", "{}", "0", " 12 ", "1e5"}) {
    EXPECT_FALSE(find_fault(good, Root::any_value)) << good;
    const bool is_object = good == "{}";
    EXPECT_EQ(find_fault(good, Root::object).has_value(), !is_object) << good;
  }
  const std::vector<FaultCase> cases = {
      {"", 0, "a value", "the end of the line"},
      {"hello", 0, "a value", "'h'"},
      {"1 2", 2, "the end of the line", "'2'"},
      {"01", 1, "the end of the line", "'1'"},
      {"-", 1, "a digit", "the end of the line"},
      {"1.", 2, "a digit", "the end of the line"},
      {"[1", 2, "',' or ']'", "the end of the line"},
      {"nul", 3, "true, false or null", "the end of the line"},
      {"nope", 1, "true, false or null", "'o'"},
      {"\"a", 2, "'\"' at the end of a string", "the end of the line"},
      {"]", 0, "a value", "']'"},
      {"\"a\"b", 3, "the end of the line", "'b'"}};
  for (const FaultCase& each : cases) expect_fault(each, FaultKind::grammar, Root::any_value);
}

TEST(Fault, BytesThatAreNoUtf8AreToldBeforeAllElse) {
  const std::vector<FaultCase> cases = {
      {"{\"a\":\"\xC0\xAF\"}", 6, "UTF-8", "the byte 0xc0"},
      {"{\"a\":\"\xED\xA0\x80\"}", 6, "UTF-8", "the byte 0xed"},
      {"{\"a\":\"\xF4\x90\x80\x80\"}", 6, "UTF-8", "the byte 0xf4"},
      {"{\"a\":\"\x80\"}", 6, "UTF-8", "the byte 0x80"},
      {"{\"a\":\"\xE4\xBD", 6, "UTF-8", "the byte 0xe4"},
      {"{\"\xC3\xA9\":\"\xE4\xBD\"}", 7, "UTF-8", "the byte 0xe4"},
      {"{broken \xFF", 8, "UTF-8", "the byte 0xff"}};
  for (const FaultCase& each : cases) expect_fault(each, FaultKind::utf8);
}

std::string nested(std::size_t levels) {
  return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
}

TEST(Fault, OneLevelTooManyIsTold) {
  EXPECT_FALSE(find_fault(nested(limits::jsonl_depth_max), Root::object));
  const std::string text = nested(limits::jsonl_depth_max + 1);
  expect_fault({text, 5 + limits::jsonl_depth_max - 1, "at most 256 levels", "one more"},
               FaultKind::depth);
  // What is broken before it is deep, is broken.
  const auto fault = find_fault("{x" + text, Root::object);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, FaultKind::grammar);
}

TEST(Fault, EveryBadValueHasOneAndNoGoodOneHas) {
  for (const GrammarCase& each : good_values) {
    EXPECT_FALSE(find_fault(each.value, Root::any_value)) << each.name;
    EXPECT_FALSE(find_fault(R"({"a":)" + std::string(each.value) + "}", Root::object)) << each.name;
  }
  for (const GrammarCase& each : bad_values) {
    EXPECT_TRUE(find_fault(each.value, Root::any_value)) << each.name;
    EXPECT_TRUE(find_fault(R"({"a":)" + std::string(each.value) + "}", Root::object)) << each.name;
  }
}

// The definition of the place: what stands before it can be completed, with its byte it cannot.
TEST(Fault, IsTheFirstByteThatNothingCanMend) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string good = R"({"a":[1,-2.5e3,true,"b\u00e9\ud83d\ude00 \\"],"c":{"d":null}} )";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    text[random() % text.size()] = static_cast<char>(random() % 128);
    if (round % 3 == 0) text.erase(random() % text.size(), random() % 3);
    const auto fault = find_fault(text, Root::object);
    if (!fault) continue;
    ASSERT_LE(fault->offset, text.size()) << text;
    ObjectChecker before;
    before.write(std::string_view(text).substr(0, fault->offset));
    ASSERT_FALSE(before.is_hopeless()) << text;
    if (fault->offset == text.size()) continue;
    before.write(std::string_view(text).substr(fault->offset, 1));
    ASSERT_TRUE(before.is_hopeless()) << text;
  }
}

}  // namespace
}  // namespace argot::json
