#include "jsonl/conversation.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

// A chat example with one message before the one in question and an assistant's behind it.
struct MessageCase {
  std::string_view name;
  std::string_view message;
  std::vector<ExpectedProblem> problems;
};

void expect_message_problems(const std::vector<MessageCase>& cases) {
  for (const MessageCase& each : cases) {
    const std::string record = R"({"messages":[{"role":"system","content":"s"},)" +
                               std::string(each.message) +
                               R"(,{"role":"assistant","content":"a"}]})";
    expect_problems(Format::chat, RecordCase{each.name, record, each.problems});
  }
}

void expect_good_messages(const std::vector<std::string_view>& messages) {
  for (const std::string_view message : messages) expect_message_problems({{message, message, {}}});
}

TEST(Conversation, TakesGoodMessages) {
  expect_good_messages(
      {R"({"role":"user","content":"x"})", R"({"content":"x","name":"n","role":"user"})",
       R"({"role":"developer","content":"x"})", R"({"role":"system","content":"x","name":"n"})",
       R"({"role":"assistant","content":"x","weight":0})",
       R"({"role":"assistant","content":"x","weight":1,"name":"n"})",
       R"({"role":"assistant","refusal":"no"})",
       R"({"role":"assistant","content":null,"refusal":"no"})",
       R"({"role":"assistant","content":"x","refusal":null,"function_call":null})",
       R"({"role":"tool","tool_call_id":"1","content":"x"})",
       R"({"role":"tool","tool_call_id":"1","content":""})",
       R"({"role":"function","name":"f","content":"x"})",
       R"({"role":"function","name":"f","content":null})",
       R"({"role":"function","name":"f","content":""})",
       R"({"r\u006fle":"\u0075ser","content":"\u0078"})", R"({"content":"x","r\u006fle":"user"})"});
}

TEST(Conversation, ContentMayBeMissingBesideCallsOnly) {
  expect_good_messages(
      {R"({"role":"assistant","tool_calls":[{"id":"1","type":"function",)"
       R"("function":{"name":"f","arguments":"{}"}}]})",
       R"({"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function",)"
       R"("function":{"name":"f","arguments":""}}]})",
       R"({"role":"assistant","content":"","function_call":{"name":"f","arguments":"{}"}})",
       R"({"role":"assistant","function_call":{"arguments":"{}","name":"f","x":1}})",
       R"({"role":"assistant","content":null,"refusal":"no","tool_calls":[]})"});
  expect_message_problems(
      {{"absent",
        R"(^{"role":"user"})",
        {{"missing_content", "/messages/1",
          "Expected 'messages[1].content' to hold something, but it is missing."}}},
       {"null",
        R"({"role":"user","content": ^null})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but got null."}}},
       {"null of an assistant",
        R"({"role":"assistant","content":^null})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but got null."}}},
       {"empty",
        R"({"role":"system","content":^""})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but it is empty."}}},
       {"no parts",
        R"({"role":"user","content":^[]})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but it is empty."}}},
       {"null beside an empty list of calls",
        R"({"role":"assistant","tool_calls":[],"content":^null})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but got null."}}},
       {"absent beside calls that are null",
        R"(^{"role":"assistant","function_call":null,"refusal":null})",
        {{"missing_content", "/messages/1",
          "Expected 'messages[1].content' to hold something, but it is missing."}}},
       {"null of a tool",
        R"({"role":"tool","tool_call_id":"1","content":^null})",
        {{"missing_content", "/messages/1/content",
          "Expected 'messages[1].content' to hold something, but got null."}}},
       {"absent of a function",
        R"(^{"role":"function","name":"f"})",
        {{"missing_content", "/messages/1",
          "Expected 'messages[1].content' to hold something, but it is missing."}}}});
}

TEST(Conversation, EveryMessageIsAnObjectWithARole) {
  const std::string roles = "'system', 'developer', 'user', 'assistant', 'tool', and 'function'";
  const std::string unknown = "Expected one of the roles " + roles + ", but got 'bot'.";
  const std::string capital = "Expected one of the roles " + roles + ", but got 'User'.";
  expect_message_problems(
      {{"a string",
        R"(^"hello")",
        {{"invalid_type", "/messages/1",
          "Invalid type for 'messages[1]': expected an object, but got a string instead."}}},
       {"null",
        R"(^null)",
        {{"invalid_type", "/messages/1",
          "Invalid type for 'messages[1]': expected an object, but got null instead."}}},
       {"nothing",
        R"(^{})",
        {{"message_missing_key", "/messages/1",
          "Invalid file format. Example 1, message 2 Discriminator 'role' is missing in value"},
         {"missing_content", "/messages/1",
          "Expected 'messages[1].content' to hold something, but it is missing."}}},
       {"no role",
        R"(^{"content":"x","name":"n"})",
        {{"message_missing_key", "/messages/1",
          "Invalid file format. Example 1, message 2 Discriminator 'role' is missing in value"}}},
       {"role of another type",
        R"({"content":"x","role":^7})",
        {{"invalid_type", "/messages/1/role",
          "Invalid type for 'messages[1].role': expected a string, but got a number instead."}}},
       {"unknown role",
        R"({"content":"x","role":^"bot"})",
        {{"unrecognized_role", "/messages/1/role", unknown}}},
       {"role in capitals",
        R"({"role":^"User","content":"x"})",
        {{"unrecognized_role", "/messages/1/role", capital}}},
       {"two roles",
        R"({"role":"user","content":"x","^role":"assistant"})",
        {{"duplicate_key", "/messages/1/role",
          "Expected each key once, but 'messages[1].role' comes again."}}}});
}

TEST(Conversation, KeysDependOnTheRole) {
  expect_message_problems(
      {{"unknown key",
        R"({"role":"user","content":"x","^date":{"a":[1]}})",
        {{"message_unrecognized_key", "/messages/1/date",
          "A message with the role 'user' has no key 'date'."}}},
       {"unknown key before the role",
        R"({"^id":1,"role":"user","content":"x"})",
        {{"message_unrecognized_key", "/messages/1/id",
          "A message with the role 'user' has no key 'id'."}}},
       {"weight of a user",
        R"({"^weight":1,"role":"user","content":"x"})",
        {{"message_unrecognized_key", "/messages/1/weight",
          "A message with the role 'user' has no key 'weight'."}}},
       {"weight of a system",
        R"({"role":"system","content":"x","^weight":0})",
        {{"message_unrecognized_key", "/messages/1/weight",
          "A message with the role 'system' has no key 'weight'."}}},
       {"calls of a user",
        R"({"role":"user","content":"x","^tool_calls":[],"^function_call":{}})",
        {{"message_unrecognized_key", "/messages/1/tool_calls",
          "A message with the role 'user' has no key 'tool_calls'."},
         {"message_unrecognized_key", "/messages/1/function_call",
          "A message with the role 'user' has no key 'function_call'.", 1}}},
       {"refusal of a developer",
        R"({"role":"developer","content":"x","^refusal":"no"})",
        {{"message_unrecognized_key", "/messages/1/refusal",
          "A message with the role 'developer' has no key 'refusal'."}}},
       {"call id of an assistant",
        R"({"role":"assistant","content":"x","^tool_call_id":"1"})",
        {{"message_unrecognized_key", "/messages/1/tool_call_id",
          "A message with the role 'assistant' has no key 'tool_call_id'."}}},
       {"weight of nobody knows whom",
        R"(^{"content":"x","weight":1,"^x":1})",
        {{"message_missing_key", "/messages/1",
          "Invalid file format. Example 1, message 2 Discriminator 'role' is missing in value"},
         {"message_unrecognized_key", "/messages/1/x", "A message has no key 'x'.", 1}}},
       {"key with an escape",
        R"({"role":"user","content":"x","^a\n":1})",
        {{"message_unrecognized_key", "/messages/1/a\n",
          "A message with the role 'user' has no key 'a\\n'."}}},
       {"no call id",
        R"(^{"role":"tool","content":"x"})",
        {{"message_missing_key", "/messages/1",
          "Missing required parameter: 'messages[1].tool_call_id'."}}},
       {"no name",
        R"(^{"content":"x","role":"function"})",
        {{"message_missing_key", "/messages/1",
          "Missing required parameter: 'messages[1].name'."}}}});
}

TEST(Conversation, ValuesAreOfTheTypesThatTheyMustBe) {
  const auto wrong = [](std::string_view key, std::string_view expected, std::string_view got) {
    return "Invalid type for 'messages[1]." + std::string(key) + "': expected " +
           std::string(expected) + ", but got " + std::string(got) + " instead.";
  };
  const std::string content = wrong("content", "a string", "a number");
  const std::string object = wrong("content", "a string", "an object");
  const std::string parts = wrong("content", "a string", "an array");
  const std::string name = wrong("name", "a string", "null");
  const std::string weight = wrong("weight", "a number", "a boolean");
  const std::string calls = wrong("tool_calls", "an array", "null");
  const std::string call = wrong("function_call", "an object", "a string");
  const std::string refusal = wrong("refusal", "a string", "an array");
  const std::string id = wrong("tool_call_id", "a string", "a number");
  expect_message_problems({{"content",
                            R"({"role":"user","content":^5})",
                            {{"invalid_type", "/messages/1/content", content}}},
                           {"content as an object",
                            R"({"role":"user","content":^{"a":[]}})",
                            {{"invalid_type", "/messages/1/content", object}}},
                           {"parts of a function",
                            R"({"role":"function","name":"f","content":^[1]})",
                            {{"invalid_type", "/messages/1/content", parts}}},
                           {"name",
                            R"({"role":"user","content":"x","name":^null})",
                            {{"invalid_type", "/messages/1/name", name}}},
                           {"weight",
                            R"({"role":"assistant","content":"x","weight":^true})",
                            {{"invalid_type", "/messages/1/weight", weight}}},
                           {"tool calls",
                            R"({"role":"assistant","tool_calls":^null})",
                            {{"invalid_type", "/messages/1/tool_calls", calls}}},
                           {"function call",
                            R"({"role":"assistant","function_call":^"f"})",
                            {{"invalid_type", "/messages/1/function_call", call}}},
                           {"refusal",
                            R"({"role":"assistant","refusal":^[{}]})",
                            {{"invalid_type", "/messages/1/refusal", refusal}}},
                           {"call id",
                            R"({"role":"tool","content":"x","tool_call_id":^1})",
                            {{"invalid_type", "/messages/1/tool_call_id", id}}}});
}

TEST(Conversation, AWeightIsZeroOrOne) {
  for (const std::string_view value : {"2", "-1", "0.5", "1.0", "10", "1e0", "-0"}) {
    const std::string message =
        R"({"role":"assistant","content":"x","weight":^)" + std::string(value) + "}";
    const std::string words =
        "Invalid value: " + std::string(value) + ". Supported values are: 0 and 1.";
    expect_message_problems({{value, message, {{"invalid_value", "/messages/1/weight", words}}}});
  }
}

TEST(Conversation, ToolCallsAreFunctionsWithArguments) {
  expect_message_problems(
      {{"no object",
        R"({"role":"assistant","tool_calls":[^1]})",
        {{"invalid_type", "/messages/1/tool_calls/0",
          "Invalid type for 'messages[1].tool_calls[0]': expected an object, but got a number "
          "instead."}}},
       {"nothing in it",
        R"({"role":"assistant","tool_calls":[^{}]})",
        {{"missing_required_parameter", "/messages/1/tool_calls/0",
          "Missing required parameter: 'messages[1].tool_calls[0].id'."},
         {"missing_required_parameter", "/messages/1/tool_calls/0",
          "Missing required parameter: 'messages[1].tool_calls[0].type'."},
         {"missing_required_parameter", "/messages/1/tool_calls/0",
          "Missing required parameter: 'messages[1].tool_calls[0].function'."}}},
       {"another type",
        R"({"role":"assistant","tool_calls":[{"id":"1","type":^"code",)"
        R"("function":{"name":"f","arguments":""}}]})",
        {{"invalid_value", "/messages/1/tool_calls/0/type",
          "Invalid value: 'code'. Supported values are: 'function'."}}},
       {"arguments as an object",
        R"({"role":"assistant","tool_calls":[{"id":"1","type":"function",)"
        R"("function":{"name":"f","arguments":^{}}}]})",
        {{"invalid_type", "/messages/1/tool_calls/0/function/arguments",
          "Invalid type for 'messages[1].tool_calls[0].function.arguments': expected a string, "
          "but got an object instead."}}},
       {"no arguments",
        R"({"role":"assistant","function_call":^{"name":"f"}})",
        {{"missing_required_parameter", "/messages/1/function_call",
          "Missing required parameter: 'messages[1].function_call.arguments'."}}},
       {"the second call",
        R"({"role":"assistant","tool_calls":[{"id":"1","type":"function",)"
        R"("function":{"name":"f","arguments":""}},{"id":^2,"type":"function",)"
        R"("function":{"name":"f","arguments":""}}]})",
        {{"invalid_type", "/messages/1/tool_calls/1/id",
          "Invalid type for 'messages[1].tool_calls[1].id': expected a string, but got a number "
          "instead."}}}});
}

TEST(Conversation, TakesPartsByRole) {
  expect_good_messages(
      {R"({"role":"user","content":[{"type":"text","text":"x"}]})",
       R"({"content":[{"text":"x","type":"text","y":[]}],"role":"user"})",
       R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}},)"
       R"({"type":"text","text":""}]})",
       R"({"role":"user","content":[{"image_url":{"detail":"low","url":"u"},"type":"image_url"}]})",
       R"({"role":"system","content":[{"type":"text","text":"x"}]})",
       R"({"role":"tool","tool_call_id":"1","content":[{"type":"text","text":"x"}]})",
       R"({"role":"assistant","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]})",
       R"({"role":"assistant","content":[{"type":"refusal","refusal":"x"}]})"});
}

TEST(Conversation, ReportsPartsThatTheRoleMayNotHave) {
  expect_message_problems(
      {{"audio of a user",
        R"({"role":"user","content":[{"type":^"input_audio","input_audio":{}}]})",
        {{"invalid_value", "/messages/1/content/0/type",
          "Invalid value: 'input_audio'. Supported values are: 'text' and 'image_url'."}}},
       {"image of an assistant",
        R"({"role":"assistant","content":[{"image_url":{},"type":^"image_url"}]})",
        {{"invalid_value", "/messages/1/content/0/type",
          "Invalid value: 'image_url'. Supported values are: 'text' and 'refusal'."}}},
       {"image of a system",
        R"({"role":"system","content":[{"type":^"image_url","image_url":{"url":"u"}}]})",
        {{"invalid_value", "/messages/1/content/0/type",
          "Invalid value: 'image_url'. Supported values are: 'text'."}}},
       {"refusal of a user",
        R"({"role":"user","content":[{"type":^"refusal","refusal":"x"}]})",
        {{"invalid_value", "/messages/1/content/0/type",
          "Invalid value: 'refusal'. Supported values are: 'text' and 'image_url'."}}},
       {"refusal and text",
        R"({"role":"assistant","content":^[{"type":"refusal","refusal":"x"},{"type":"text",)"
        R"("text":"y"}]})",
        {{"invalid_value", "/messages/1/content",
          "Invalid value for 'messages[1].content': expected text, or exactly one refusal, but "
          "got 2 parts."}}},
       {"two refusals",
        R"({"role":"assistant","content":^[{"type":"refusal","refusal":"x"},)"
        R"({"type":"refusal","refusal":"y"}]})",
        {{"invalid_value", "/messages/1/content",
          "Invalid value for 'messages[1].content': expected text, or exactly one refusal, but "
          "got 2 parts."}}}});
}

TEST(Conversation, ReportsPartsThatAreNotWhole) {
  expect_message_problems(
      {{"no object",
        R"({"role":"user","content":[^"x"]})",
        {{"invalid_type", "/messages/1/content/0",
          "Invalid type for 'messages[1].content[0]': expected an object, but got a string "
          "instead."}}},
       {"no type",
        R"({"role":"user","content":[^{"text":"x"}]})",
        {{"missing_required_parameter", "/messages/1/content/0",
          "Missing required parameter: 'messages[1].content[0].type'."}}},
       {"type of another type",
        R"({"role":"user","content":[{"type":^1}]})",
        {{"invalid_type", "/messages/1/content/0/type",
          "Invalid type for 'messages[1].content[0].type': expected a string, but got a number "
          "instead."}}},
       {"no text",
        R"({"role":"user","content":[^{"type":"text"}]})",
        {{"missing_required_parameter", "/messages/1/content/0",
          "Missing required parameter: 'messages[1].content[0].text'."}}},
       {"text as a number",
        R"({"role":"user","content":[{"type":"text","text":^1}]})",
        {{"invalid_type", "/messages/1/content/0/text",
          "Invalid type for 'messages[1].content[0].text': expected a string, but got a number "
          "instead."}}},
       {"no URL",
        R"({"role":"user","content":[{"type":"image_url","image_url":^{}}]})",
        {{"missing_required_parameter", "/messages/1/content/0/image_url",
          "Missing required parameter: 'messages[1].content[0].image_url.url'."}}},
       {"image as a string",
        R"({"role":"user","content":[{"type":"image_url","image_url":^"u"}]})",
        {{"invalid_type", "/messages/1/content/0/image_url",
          "Invalid type for 'messages[1].content[0].image_url': expected an object, but got a "
          "string instead."}}},
       {"unknown detail",
        R"({"role":"user","content":[{"type":"image_url","image_url":{"url":"u",)"
        R"("detail":^"full"}}]})",
        {{"invalid_value", "/messages/1/content/0/image_url/detail",
          "Invalid value: 'full'. Supported values are: 'auto', 'low', and 'high'."}}},
       {"the second part",
        R"({"role":"user","content":[{"type":"text","text":"x"},^{"type":"text"}]})",
        {{"missing_required_parameter", "/messages/1/content/1",
          "Missing required parameter: 'messages[1].content[1].text'."}}}});
}

std::string with_tools(std::string_view tools) {
  return R"({"tools":)" + std::string(tools) +
         R"(,"messages":[{"role":"assistant","content":"a"}]})";
}

TEST(Conversation, TakesToolsWhoseParametersAreAnObject) {
  for (const std::string_view tools :
       {R"([])", R"([{"type":"function","function":{"name":"f"}}])",
        R"([{"function":{"strict":null,"name":"a-Z_09","description":"",)"
        R"("parameters":{"type":"object"}},"type":"function"}])",
        R"([{"type":"function","function":{"name":"f","strict":true,"x":1},"y":2}])"}) {
    expect_problems(Format::chat, RecordCase{tools, with_tools(tools), {}});
  }
}

void expect_tool_problems(const std::vector<MessageCase>& cases) {
  for (const MessageCase& each : cases) {
    expect_problems(Format::chat, RecordCase{each.name, with_tools(each.message), each.problems});
  }
}

TEST(Conversation, ReportsToolsThatAreNone) {
  expect_tool_problems(
      {{"no array",
        R"(^{})",
        {{"invalid_type", "/tools",
          "Invalid type for 'tools': expected an array, but got an object instead."}}},
       {"no object",
        R"([^1])",
        {{"invalid_type", "/tools/0",
          "Invalid type for 'tools[0]': expected an object, but got a number instead."}}},
       {"nothing in it",
        R"([^{}])",
        {{"missing_required_parameter", "/tools/0", "Missing required parameter: 'tools[0].type'."},
         {"missing_required_parameter", "/tools/0",
          "Missing required parameter: 'tools[0].function'."}}},
       {"another type",
        R"([{"type":^"retrieval","function":{"name":"f"}}])",
        {{"invalid_value", "/tools/0/type",
          "Invalid value: 'retrieval'. Supported values are: 'function'."}}},
       {"no name",
        R"([{"type":"function","function":^{}}])",
        {{"missing_required_parameter", "/tools/0/function",
          "Missing required parameter: 'tools[0].function.name'."}}},
       {"parameters as a string",
        R"([{"type":"function","function":{"name":"f","parameters":^"{}"}}])",
        {{"invalid_type", "/tools/0/function/parameters",
          "Invalid type for 'tools[0].function.parameters': expected an object, but got a string "
          "instead."}}},
       {"description as null",
        R"([{"type":"function","function":{"name":"f","description":^null}}])",
        {{"invalid_type", "/tools/0/function/description",
          "Invalid type for 'tools[0].function.description': expected a string, but got null "
          "instead."}}},
       {"strict as a number",
        R"([{"type":"function","function":{"name":"f","strict":^1}}])",
        {{"invalid_type", "/tools/0/function/strict",
          "Invalid type for 'tools[0].function.strict': expected a boolean, but got a number "
          "instead."}}}});
}

TEST(Conversation, ReportsNamesOfFunctionsThatAreNone) {
  const auto words = [](std::string_view name) {
    return "Invalid value for 'tools[0].function.name': expected 1 to 64 letters, digits, "
           "underscores or hyphens, but got '" +
           std::string(name) + "'.";
  };
  const std::string long_name(65, 'x');
  const std::string long_tool =
      R"([{"type":"function","function":{"name":^")" + long_name + R"("}}])";
  const std::string too_long = words(long_name);
  const std::string empty = words("");
  const std::string dotted = words("a.b");
  const std::string accent = words("\xC3\xA9");
  expect_tool_problems(
      {{"long name", long_tool, {{"invalid_value", "/tools/0/function/name", too_long}}},
       {"empty name",
        R"([{"type":"function","function":{"name":^""}}])",
        {{"invalid_value", "/tools/0/function/name", empty}}},
       {"dot in a name",
        R"([{"type":"function","function":{"name":^"a.b"}}])",
        {{"invalid_value", "/tools/0/function/name", dotted}}},
       {"accent in a name",
        R"([{"type":"function","function":{"name":^"\u00e9"}}])",
        {{"invalid_value", "/tools/0/function/name", accent}}}});
}

std::string with_functions(std::size_t count) {
  std::string functions;
  for (std::size_t i = 0; i < count; ++i) functions += R"(,{"name":"f"})";
  return R"({"functions":^[)" + functions.substr(count == 0 ? 0 : 1) +
         R"(],"messages":[{"role":"assistant","content":"a"}]})";
}

TEST(Conversation, ThereAreOneTo128Functions) {
  expect_problems(Format::chat, RecordCase{"one", with_functions(1), {}});
  expect_problems(Format::chat, RecordCase{"most", with_functions(128), {}});
  const auto words = [](std::size_t count) {
    return "Invalid value for 'functions': expected 1 to 128 functions, but got " +
           std::to_string(count) + ".";
  };
  for (const std::size_t count : {0U, 129U}) {
    const std::string message = words(count);
    expect_problems(
        Format::chat,
        RecordCase{message, with_functions(count), {{"invalid_value", "/functions", message}}});
  }
  expect_problems(
      Format::chat,
      RecordCase{"no name",
                 R"({"functions":[^{"x":1}],"messages":[{"role":"assistant","content":"a"}]})",
                 {{"missing_required_parameter", "/functions/0",
                   "Missing required parameter: 'functions[0].name'."}}});
}

TEST(Conversation, CountsWhatItHolds) {
  const Report report = inspected(
      R"({"messages":[{"role":"user","content":"x"},{"role":"user","content":1},{"role":"bot"},)"
      R"({"role":"assistant","tool_calls":[{"id":"1","type":"function",)"
      R"("function":{"name":"f","arguments":""}},{}]}],)"
      R"("tools":[{},1],"functions":[{"name":"f"}]})"
      "\n{\"messages\":[{\"role\":\"user\"}\n",
      forced(Format::chat));
  MessageCounts expected;
  expected.roles.at(static_cast<std::size_t>(Role::user)) = 2;
  expected.roles.at(static_cast<std::size_t>(Role::assistant)) = 1;
  EXPECT_EQ(report.statistics.messages.roles, expected.roles);
  EXPECT_EQ(report.statistics.messages.tools, 3U);
  EXPECT_EQ(report.statistics.messages.tool_calls, 2U);
}

}  // namespace
}  // namespace argot::jsonl
