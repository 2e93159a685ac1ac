#include "jsonl/training_checkers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

TEST(ChatChecker, TakesGoodExamples) {
  expect_problems(
      Format::chat,
      {{"shortest", R"({"messages":[{"role":"assistant","content":"a"}]})", {}},
       {"everything",
        R"({"tools":[],"parallel_tool_calls":false,"functions":[{"name":"f"}],)"
        R"("messages":[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]})",
        {}},
       {"escaped key", R"({"m\u0065ssages":[{"role":"assistant","content":"a"}]})", {}}});
}

TEST(ChatChecker, ReportsWhatIsWrongWithAnExample) {
  expect_problems(
      Format::chat,
      {{"nothing",
        R"(^{})",
        {{"missing_messages_list", "",
          "Invalid file format. Example 1 is missing key 'messages'."}}},
       {"extra key",
        R"({"^weight":1,"messages":[{"role":"assistant","content":"a"}]})",
        {{"invalid_file_format", "/weight",
          "Invalid file format. Example 1 contains an extra \"weight\"."}}},
       {"extra keys of other formats",
        R"(^{"^prompt":"p","^custom_id":[{"x":1}]})",
        {{"invalid_file_format", "/prompt",
          "Invalid file format. Example 1 contains an extra \"prompt\".", 1},
         {"invalid_file_format", "/custom_id",
          "Invalid file format. Example 1 contains an extra \"custom_id\".", 2},
         {"missing_messages_list", "",
          "Invalid file format. Example 1 is missing key 'messages'."}}},
       {"messages as an object",
        R"({"messages":^{"role":"assistant","content":"a"}})",
        {{"invalid_type", "/messages",
          "Invalid type for 'messages': expected an array, but got an object instead."}}},
       {"messages as null",
        R"({"messages": ^null})",
        {{"invalid_type", "/messages",
          "Invalid type for 'messages': expected an array, but got null instead."}}},
       {"no messages",
        R"({"messages":^[ ]})",
        {{"missing_messages_list", "/messages",
          "Expected at least one message in 'messages', but got none."}}},
       {"no assistant",
        R"({"messages":^[{"role":"user","content":"x"},{"role":"system","content":"x"}]})",
        {{"example_missing_assistant_message", "/messages",
          "Expected at least one message with the role 'assistant', but got none."}}},
       {"parallel calls as a string",
        R"({"parallel_tool_calls":^"true","messages":[{"role":"assistant","content":"a"}]})",
        {{"invalid_type", "/parallel_tool_calls",
          "Invalid type for 'parallel_tool_calls': expected a boolean, but got a string "
          "instead."}}},
       {"functions as an object",
        R"({"functions":^{},"messages":[{"role":"assistant","content":"a"}]})",
        {{"invalid_type", "/functions",
          "Invalid type for 'functions': expected an array, but got an object instead."}}},
       {"messages twice",
        R"({"messages":[{"role":"assistant","content":"a"}],"^messages":1})",
        {{"duplicate_key", "/messages", "Expected each key once, but 'messages' comes again."}}}});
}

TEST(ChatChecker, NumbersExamplesWithoutBlankLines) {
  const Report report = inspected("{}\n\n[]\n{}\n", forced(Format::chat));
  ASSERT_EQ(report.problems.kept().size(), 5U);
  EXPECT_EQ(text_of(report.problems.kept().at(3)),
            "error missing_messages_list 4:1 @7 [] Invalid file format. Example 3 is missing key "
            "'messages'.");
}

TEST(CompletionsChecker, TakesAPromptWithItsCompletion) {
  expect_problems(Format::completions,
                  {{"plain", R"({"prompt":"p","completion":"c"})", {}},
                   {"turned round, empty", R"( {"completion":"", "prompt":""} )", {}}});
}

TEST(CompletionsChecker, ReportsEverythingElse) {
  expect_problems(
      Format::completions,
      {{"nothing",
        R"(^{})",
        {{"invalid_file_format", "", "Invalid file format. Example 1 is missing key 'prompt'."},
         {"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'completion'."}}},
       {"no completion",
        R"( ^{"prompt":"p"})",
        {{"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'completion'."}}},
       {"no prompt",
        R"(^{"completion":"p"})",
        {{"invalid_file_format", "", "Invalid file format. Example 1 is missing key 'prompt'."}}},
       {"extra key",
        R"({"prompt":"p","completion":"c","^id":7})",
        {{"invalid_file_format", "/id",
          "Invalid file format. Example 1 contains an extra \"id\"."}}},
       {"prompt as an array",
        R"({"prompt":^["p"],"completion":"c"})",
        {{"invalid_type", "/prompt",
          "Invalid type for 'prompt': expected a string, but got an array instead."}}},
       {"completion as null",
        R"({"prompt":"p","completion":^null})",
        {{"invalid_type", "/completion",
          "Invalid type for 'completion': expected a string, but got null instead."}}}});
}

constexpr std::string_view preferred = R"("preferred_output":[{"role":"assistant","content":"p"}])";
constexpr std::string_view other = R"("non_preferred_output":[{"role":"assistant","content":"n"}])";

std::string preference(std::string_view input, std::string_view first = preferred,
                       std::string_view second = other) {
  return R"({"input":)" + std::string(input) + "," + std::string(first) + "," +
         std::string(second) + "}";
}

constexpr std::string_view good_input = R"({"messages":[{"role":"user","content":"u"}]})";

TEST(PreferenceChecker, TakesGoodExamples) {
  for (const std::string_view input :
       {good_input,
        std::string_view(
            R"({"tools":[],"parallel_tool_calls":true,"messages":[{"role":"system",)"
            R"("content":"s"},{"role":"user","content":[{"type":"text","text":"x"}]}]})")}) {
    expect_problems(Format::preference, RecordCase{input, preference(input), {}});
  }
}

TEST(PreferenceChecker, ReportsWhatIsWrongWithTheInput) {
  const std::vector<RecordCase> inputs = {
      {"a string",
       R"(^"x")",
       {{"invalid_type", "/input",
         "Invalid type for 'input': expected an object, but got a string instead."}}},
      {"no messages",
       R"(^{})",
       {{"missing_required_parameter", "/input", "Missing required parameter: 'input.messages'."}}},
      {"empty messages",
       R"({"messages":^[]})",
       {{"missing_messages_list", "/input/messages",
         "Expected at least one message in 'input.messages', but got none."}}},
      {"an image",
       R"({"messages":[{"role":"user","content":[{"type":^"image_url",)"
       R"("image_url":{"url":"u"}}]}]})",
       {{"invalid_value", "/input/messages/0/content/0/type",
         "Invalid value: 'image_url'. Supported values are: 'text'."}}},
      {"no content",
       R"({"messages":[^{"role":"user"}]})",
       {{"missing_content", "/input/messages/0",
         "Expected 'input.messages[0].content' to hold something, but it is missing."}}}};
  for (const RecordCase& each : inputs) {
    expect_problems(Format::preference,
                    RecordCase{each.name, preference(each.record), each.problems});
  }
}

TEST(PreferenceChecker, ReportsWhatIsWrongWithAnOutput) {
  const std::vector<RecordCase> outputs = {
      {"no array",
       R"("preferred_output":^{})",
       {{"invalid_type", "/preferred_output",
         "Invalid type for 'preferred_output': expected an array, but got an object instead."}}},
      {"empty",
       R"("preferred_output":^[])",
       {{"missing_messages_list", "/preferred_output",
         "Expected at least one message in 'preferred_output', but got none."}}},
      {"two messages",
       R"("preferred_output":^[{"role":"assistant","content":"p"},{"role":"assistant",)"
       R"("content":"p"}])",
       {{"invalid_value", "/preferred_output",
         "Invalid value for 'preferred_output': expected exactly one message, but got 2."}}},
      {"a user",
       R"("preferred_output":[{"role":^"user","content":"p"}])",
       {{"unrecognized_role", "/preferred_output/0/role",
         "Expected the role 'assistant', but got 'user'."}}},
      {"an image",
       R"("preferred_output":[{"role":"assistant","content":[{"type":^"image_url"}]}])",
       {{"invalid_value", "/preferred_output/0/content/0/type",
         "Invalid value: 'image_url'. Supported values are: 'text' and 'refusal'."}}}};
  for (const RecordCase& each : outputs) {
    expect_problems(Format::preference,
                    RecordCase{each.name, preference(good_input, each.record), each.problems});
  }
  expect_problems(
      Format::preference,
      RecordCase{"the other one",
                 preference(good_input, preferred, R"("non_preferred_output":^[])"),
                 {{"missing_messages_list", "/non_preferred_output",
                   "Expected at least one message in 'non_preferred_output', but got none."}}});
}

TEST(PreferenceChecker, ReportsWhatIsMissingOrTooMuch) {
  expect_problems(
      Format::preference,
      {{"nothing",
        R"(^{})",
        {{"invalid_file_format", "", "Invalid file format. Example 1 is missing key 'input'."},
         {"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'preferred_output'."},
         {"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'non_preferred_output'."}}},
       {"a chat",
        R"(^{"^messages":[]})",
        {{"invalid_file_format", "/messages",
          "Invalid file format. Example 1 contains an extra \"messages\".", 1},
         {"invalid_file_format", "", "Invalid file format. Example 1 is missing key 'input'."},
         {"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'preferred_output'."},
         {"invalid_file_format", "",
          "Invalid file format. Example 1 is missing key 'non_preferred_output'."}}}});
}

TEST(ReinforcementChecker, TakesAnyOtherKey) {
  expect_problems(Format::reinforcement,
                  {{"shortest", R"({"messages":[{"role":"user","content":"u"}]})", {}},
                   {"data for the grader",
                    R"({"answer":{"x":[1]},"messages":[{"role":"developer","content":"d"},)"
                    R"({"role":"assistant","content":"a"},{"role":"tool","tool_call_id":"1",)"
                    R"("content":""},{"role":"user","content":"u"}],"tools":[],"weight":0})",
                    {}}});
}

TEST(ReinforcementChecker, ReportsWhatIsWrongWithAnExample) {
  const std::string roles = "'developer', 'user', 'assistant', and 'tool'";
  const std::string system = "Expected one of the roles " + roles + ", but got 'system'.";
  expect_problems(
      Format::reinforcement,
      {{"nothing",
        R"(^{"answer":1})",
        {{"missing_messages_list", "",
          "Invalid file format. Example 1 is missing key 'messages'."}}},
       {"no messages",
        R"({"messages":^[]})",
        {{"missing_messages_list", "/messages",
          "Expected at least one message in 'messages', but got none."}}},
       {"a system",
        R"({"messages":[{"role":^"system","content":"s"},{"role":"user","content":"u"}]})",
        {{"unrecognized_role", "/messages/0/role", system}}},
       {"an answer at the end",
        R"({"messages":^[{"role":"user","content":"u"},{"role":"assistant","content":"a"}]})",
        {{"invalid_value", "/messages",
          "Invalid value for 'messages': expected the last message to have the role 'user'."}}},
       {"nobody at the end",
        R"({"messages":^[{"role":"user","content":"u"},^1]})",
        {{"invalid_type", "/messages/1",
          "Invalid type for 'messages[1]': expected an object, but got a number instead.", 1},
         {"invalid_value", "/messages",
          "Invalid value for 'messages': expected the last message to have the role 'user'."}}},
       {"tools as a string",
        R"({"tools":^"t","messages":[{"role":"user","content":"u"}]})",
        {{"invalid_type", "/tools",
          "Invalid type for 'tools': expected an array, but got a string instead."}}},
       {"other keys twice",
        R"({"a":1,"messages":[{"role":"user","content":"u"}],"^a":2})",
        {{"duplicate_key", "/a", "Expected each key once, but 'a' comes again."}}}});
}

TEST(TrainingChecker, WarnsOfTooFewExamples) {
  const std::string example = R"({"messages":[{"role":"user","content":"u"}]})"
                              "\n";
  std::string file;
  for (std::size_t count = 1; count <= 11; ++count) {
    file += example;
    const Report report = inspected(file, forced(Format::reinforcement));
    Texts expected;
    if (count < 10) {
      expected.push_back("warning invalid_n_examples 0:0 @0 [] Training file has " +
                         std::to_string(count) + " example(s), but must have at least 10 examples");
    }
    EXPECT_EQ(texts_of(report.problems.kept()), expected);
    EXPECT_EQ(report.problems.error_count(), 0U);
  }
}

TEST(TrainingChecker, OnlyFilesOfExamplesNeedTen) {
  EXPECT_EQ(inspected(R"({"item":{}})", forced(Format::evals)).problems.count(), 0U);
  for (const Format format :
       {Format::chat, Format::completions, Format::preference, Format::reinforcement}) {
    const Report report = inspected("{}", forced(format));
    EXPECT_EQ(report.problems.count_by_code().at("invalid_n_examples"), 1U);
  }
}

}  // namespace
}  // namespace argot::jsonl
