#include "jsonl/record_checker.h"

#include <gtest/gtest.h>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

TEST(EvalsChecker, TakesAnItemWithOrWithoutASample) {
  expect_problems(Format::evals, {{"item", R"({"item":{}})", {}},
                                  {"both", R"({"sample":{"a":[1]},"item":{"b":null}})", {}},
                                  {"other keys", R"({"item":{},"x":[{"y":1}]})", {}}});
}

TEST(EvalsChecker, ReportsWhatIsNoObject) {
  expect_problems(
      Format::evals,
      {{"nothing",
        R"(^{})",
        {{"missing_required_parameter", "", "Missing required parameter: 'item'."}}},
       {"only a sample",
        R"(^{"sample":{}})",
        {{"missing_required_parameter", "", "Missing required parameter: 'item'."}}},
       {"item as an array",
        R"({"item":^[{}]})",
        {{"invalid_type", "/item",
          "Invalid type for 'item': expected an object, but got an array instead."}}},
       {"item as null",
        R"({"item":^null})",
        {{"invalid_type", "/item",
          "Invalid type for 'item': expected an object, but got null instead."}}},
       {"sample as a string",
        R"({"item":{},"sample":^"s"})",
        {{"invalid_type", "/sample",
          "Invalid type for 'sample': expected an object, but got a string instead."}}},
       {"keys twice",
        R"({"item":{"a":1,"^a":2},"^item":{}})",
        {{"duplicate_key", "/item/a", "Expected each key once, but 'item.a' comes again."},
         {"duplicate_key", "/item", "Expected each key once, but 'item' comes again.", 1}}}});
}

TEST(RecordChecker, EveryFormatFindsAnotherProblemInAnEmptyObject) {
  using Problems = std::vector<std::string_view>;
  const auto codes_of = [](Format format) {
    Problems codes;
    const Report report = inspected("{}", forced(format));
    for (const Problem& problem : report.problems.kept()) codes.push_back(problem.code);
    return codes;
  };
  EXPECT_EQ(codes_of(Format::chat), (Problems{"missing_messages_list", "invalid_n_examples"}));
  EXPECT_EQ(codes_of(Format::reinforcement), codes_of(Format::chat));
  EXPECT_EQ(codes_of(Format::completions),
            (Problems{"invalid_file_format", "invalid_file_format", "invalid_n_examples"}));
  EXPECT_EQ(codes_of(Format::preference).size(), 4U);
  EXPECT_EQ(codes_of(Format::batch), Problems(4, "missing_required_parameter"));
  EXPECT_EQ(codes_of(Format::evals), Problems(1, "missing_required_parameter"));
}

TEST(AnyChecker, ReportsOnlyWhatIsWrongInEveryRecord) {
  const Report report = inspected(R"({"a":{"b":[1]},"c":1})"
                                  "\n"
                                  R"({"c":1,"c":2})"
                                  "\n{]\n",
                                  {.expectation = {.formats = {Format::batch}}});
  EXPECT_EQ(report.format, std::nullopt);
  EXPECT_EQ(texts_of(report.problems.kept()),
            (Texts{"error duplicate_key 2:9 @30 [/c] Expected each key once, but 'c' comes again.",
                   "error invalid_json_line 3:2 @37 [] This line is not parseable as valid JSON. "
                   "Expected a key in double quotes or '}', but got ']'."}));
}

}  // namespace
}  // namespace argot::jsonl
