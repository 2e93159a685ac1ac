#include "tests/support/reference_json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace argot::testing {
namespace {

constexpr std::size_t small_depth_max = 3;

// Where the fault is; -1 if there is none.
int fault_at(std::string_view line) {
  const auto parsed = reference_parse(line, small_depth_max);
  const auto* const fault = std::get_if<ReferenceFault>(&parsed);
  return fault == nullptr ? -1 : static_cast<int>(fault->offset);
}

TEST(ReferenceJson, FindsTheFirstByteThatNoJsonCanHave) {
  EXPECT_EQ(fault_at(R"({"a":[1,"b",true,null,-0.5e+3],"":{}})"), -1);
  EXPECT_EQ(fault_at(R"( 1e999 )"), -1);
  EXPECT_EQ(fault_at(R"({"a":1e9999999})"), -1);
  EXPECT_EQ(fault_at(""), 0);
  EXPECT_EQ(fault_at(R"({"a" "b"})"), 5);
  EXPECT_EQ(fault_at(R"({"a" "\x"})"), 5);
  EXPECT_EQ(fault_at(R"({"a":1,,})"), 7);
  EXPECT_EQ(fault_at(R"({tru1})"), 1);
  EXPECT_EQ(fault_at(R"({"a":tru1})"), 8);
  EXPECT_EQ(fault_at(R"({"a":1 tru1})"), 7);
  EXPECT_EQ(fault_at(R"([1 tru1])"), 3);
  EXPECT_EQ(fault_at(R"({"a":01})"), 6);
  EXPECT_EQ(fault_at(R"({"a":"\u12g4"})"), 10);
  EXPECT_EQ(fault_at(R"({"a":"\ud83dx"})"), 12);
  EXPECT_EQ(fault_at(R"({"a":"\udc00"})"), 11);
  EXPECT_EQ(fault_at(R"({"a":"b)"), 7);
  EXPECT_EQ(fault_at(R"({"a":)"), 5);
  EXPECT_EQ(fault_at(R"({} "\x")"), 3);
  EXPECT_EQ(fault_at(R"({}{})"), 2);
  EXPECT_EQ(fault_at("{}\xEF\xBB\xBF"), 2);
  EXPECT_EQ(fault_at("\xEF\xBB\xBF{}"), 0);
  EXPECT_EQ(fault_at(std::string_view("{}\0", 3)), 2);
  EXPECT_EQ(fault_at(std::string_view("{\"a\0\"}", 6)), 3);
  EXPECT_EQ(fault_at("{\"a\":\"\t\"}"), 6);
  EXPECT_EQ(fault_at("[[[[]]]]"), 3);
  EXPECT_EQ(fault_at("[1,\xC3\x28]"), 3);
  EXPECT_EQ(fault_at("[1,2] \xED\xA0\x80"), 6);
}

TEST(ReferenceJson, KnowsWhereEachValueBegins) {
  const auto parsed =
      reference_parse(R"( {"a" : [10 , "x\n"], "b":{"a":true},"a":null})", small_depth_max);
  const auto* const root = std::get_if<ReferenceValue>(&parsed);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->offset, 1U);
  ASSERT_EQ(root->members.size(), 3U);
  const ReferenceMember& list = root->members[0];
  EXPECT_EQ(list.key, "a");
  EXPECT_EQ(list.key_offset, 3U);
  EXPECT_EQ(list.value.offset, 8U);
  ASSERT_EQ(list.value.members.size(), 2U);
  EXPECT_EQ(list.value.members[0].value.text, "10");
  EXPECT_EQ(list.value.members[0].value.offset, 9U);
  EXPECT_EQ(list.value.members[1].value.text, "x\n");
  EXPECT_EQ(list.value.members[1].value.offset, 14U);
  EXPECT_EQ(root->members[1].value.members[0].value.offset, 31U);
  EXPECT_EQ(root->members[2].key_offset, 38U);
  EXPECT_EQ(root->members[2].value.offset, 41U);
}

}  // namespace
}  // namespace argot::testing
