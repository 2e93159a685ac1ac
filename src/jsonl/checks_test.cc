#include "jsonl/checks.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

TEST(Checks, ListsValuesAsUpstreamDoes) {
  using Values = std::vector<std::string_view>;
  EXPECT_EQ(listed(Values{}), "");
  EXPECT_EQ(listed(Values{"a"}), "'a'");
  EXPECT_EQ(listed(Values{"a", "b"}), "'a' and 'b'");
  EXPECT_EQ(listed(Values{"a", "b", "c"}), "'a', 'b', and 'c'");
  EXPECT_EQ(listed(Values{"a", "b", "c", "d"}), "'a', 'b', 'c', and 'd'");
}

// A checker that uses each of the checks once.
class OneOfEach : public Checks {
 public:
  using Checks::Checks;

  void record(const json::Item& item) {
    static constexpr auto members =
        std::to_array<Member<OneOfEach>>({{"string", &OneOfEach::string},
                                          {"boolean", &OneOfEach::boolean},
                                          {"boolean_or_null", &OneOfEach::boolean_or_null},
                                          {"object", &OneOfEach::object},
                                          {"name", &OneOfEach::function_name},
                                          {"value", &OneOfEach::value},
                                          {"needed", &OneOfEach::any, true}});
    open_object(*this, item, members);
  }

 private:
  void value(const json::Item& item) {
    static constexpr auto values = std::to_array<std::string_view>({"one", "two"});
    one_of(item, values);
  }
};

Texts problems_met(std::string_view record) {
  std::string padded(record);
  padded.append(json::LineReader::padding_bytes, '\n');
  WalkMemory memory;
  ProblemLog log;
  Walk walk(memory, log, {}, std::string_view(padded).substr(0, record.size()));
  if (const auto root = walk.root()) OneOfEach(walk).record(*root);
  walk.finish();
  Texts problems = texts_of(log.kept());
  if (walk.is_broken()) problems.emplace_back("broken");
  return problems;
}

TEST(Checks, TakeValuesOfTheirKind) {
  EXPECT_EQ(
      problems_met(
          R"({"needed":[1],"string":"s","boolean":true,"boolean_or_null":null,"object":{"a":1},)"
          R"("name":"f-1_X","value":"tw\u006f"})"),
      Texts());
  EXPECT_EQ(problems_met(R"({"needed":null,"boolean_or_null":false,"other":{"a":[]}})"), Texts());
}

TEST(Checks, ReportValuesOfAnotherKind) {
  const auto problem = [](std::string_view key, std::string_view value, std::string_view expected,
                          std::string_view got) {
    const std::string record =
        R"({"needed":1,")" + std::string(key) + "\":" + std::string(value) + "}";
    const std::size_t at = record.size() - value.size() - 1;
    EXPECT_EQ(problems_met(record),
              (Texts{"error invalid_type 1:" + std::to_string(at + 1) + " @" + std::to_string(at) +
                     " [/" + std::string(key) + "] Invalid type for '" + std::string(key) +
                     "': expected " + std::string(expected) + ", but got " + std::string(got) +
                     " instead."}));
  };
  problem("string", "1", "a string", "a number");
  problem("boolean", "null", "a boolean", "null");
  problem("boolean_or_null", "0", "a boolean", "a number");
  problem("object", "[]", "an object", "an array");
  problem("name", "{}", "a string", "an object");
  problem("value", "true", "a string", "a boolean");
}

TEST(Checks, ReportValuesOutsideTheirList) {
  EXPECT_EQ(problems_met(R"({"needed":1,"value":"three"})"),
            (Texts{"error invalid_value 1:21 @20 [/value] Invalid value: 'three'. Supported values "
                   "are: 'one' and 'two'."}));
  EXPECT_EQ(problems_met(R"({"needed":1,"value":""})").size(), 1U);
}

TEST(Checks, NamesOfFunctionsAreShortAndPlain) {
  EXPECT_EQ(problems_met(R"({"needed":1,"name":")" + std::string(64, 'x') + "\"}"), Texts());
  for (const std::string& name :
       {std::string(), std::string(65, 'x'), std::string("a b"), std::string("a.b"),
        std::string("\xC3\xA9"), std::string("a/b"), std::string("a@"), std::string("["),
        std::string("`"), std::string("{"), std::string(":")}) {
    EXPECT_EQ(problems_met(R"({"needed":1,"name":")" + name + "\"}").size(), 1U) << name;
  }
}

TEST(Checks, ReportWhatIsMissingAtTheObjectThatLacksIt) {
  EXPECT_EQ(problems_met(R"(  {"string":"s"})"),
            (Texts{"error missing_required_parameter 1:3 @2 [] Missing required parameter: "
                   "'needed'."}));
}

TEST(Checks, NeverHideThatALineIsBroken) {
  for (const std::string_view value :
       {"", "tru", "truex", "01", "\"\\q\"", "[", "{\"a\"}", "x", "[1,]", "\"a\":1", "nul"}) {
    for (const std::string_view key :
         {"string", "boolean", "boolean_or_null", "object", "name", "value", "needed", "other"}) {
      const std::string record =
          R"({"needed":1,")" + std::string(key) + "\":" + std::string(value) + "}";
      ASSERT_FALSE(problems_met(record).empty()) << record;
      EXPECT_EQ(problems_met(record).back(), "broken") << record;
    }
  }
}

}  // namespace
}  // namespace argot::jsonl
