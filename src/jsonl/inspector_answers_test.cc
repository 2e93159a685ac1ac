// Which expectations the report of one inspection answers.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jsonl/inspection_fixture.h"

namespace argot::jsonl {
namespace {

bool answers(std::string_view file, const InspectorOptions& options,
             const Expectation& expectation) {
  SharedMemory shared;
  Inspector inspector(shared, options);
  EXPECT_TRUE(inspector.write(as_bytes(file)));
  EXPECT_TRUE(inspector.finish());
  return inspector.answers(expectation);
}

const Expectation anything = {};
const Expectation only_chat = {.formats = {Format::chat}};
const Expectation only_batch = {.formats = {Format::batch}};
const Expectation chat_or_batch = {.formats = {Format::chat, Format::batch}};
const Expectation batch_or_else = {.formats = {Format::batch}, .fallback = Format::batch};
const Expectation chat_or_else = {.formats = {Format::chat}, .fallback = Format::chat};
const Expectation forced_chat = {.forced = Format::chat};
const Expectation forced_batch = {.forced = Format::batch};

constexpr std::string_view chat = R"({"messages":[{"role":"assistant","content":"x"}]})";
constexpr std::string_view unknown = R"({"x":1})";

struct Row {
  std::string_view name;
  Expectation inspected;
  Expectation asked;
  bool is_answered;
};

void expect_answers(std::string_view file, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(answers(file, {.expectation = row.inspected}, row.asked), row.is_answered)
        << row.name;
    // Whatever is answered, another inspection would say the same.
    const std::string asked = text_of(inspected(file, {.expectation = row.asked}));
    const std::string found = text_of(inspected(file, {.expectation = row.inspected}));
    EXPECT_EQ(found == asked, row.is_answered) << row.name;
  }
}

TEST(InspectorAnswers, WhereTheFormatWasWelcome) {
  expect_answers(chat, {{"the same", anything, anything, true},
                        {"fewer formats", anything, only_chat, true},
                        {"more formats", only_chat, chat_or_batch, true},
                        {"a fallback that was not needed", anything, chat_or_else, true},
                        {"forced to what it is", anything, forced_chat, true},
                        {"what it is, though forced", forced_chat, only_chat, true},
                        {"forced to another", anything, forced_batch, false},
                        {"an unwanted one", anything, only_batch, false},
                        {"an unwanted one beside a fallback", anything, batch_or_else, false}});
}

TEST(InspectorAnswers, WhereTheFormatWasUnwanted) {
  const Expectation evals = {.formats = {Format::evals}};
  expect_answers(chat, {{"the same", only_batch, only_batch, true},
                        {"the same beside a fallback", only_batch, batch_or_else, true},
                        {"welcome", only_batch, only_chat, false},
                        {"unwanted in other words", only_batch, evals, false},
                        {"forced to what it is", only_batch, forced_chat, false},
                        {"forced to what was expected", only_batch, forced_batch, false}});
}

TEST(InspectorAnswers, WhereTheFirstRecordLooksLikeNothing) {
  expect_answers(unknown, {{"any shape", anything, only_batch, true},
                           {"the same fallback", batch_or_else, batch_or_else, true},
                           {"a fallback", only_batch, batch_or_else, false},
                           {"no fallback", batch_or_else, only_batch, false},
                           {"another fallback", batch_or_else, chat_or_else, false},
                           {"forced to the fallback", batch_or_else, forced_batch, true},
                           {"the fallback, though forced", forced_batch, batch_or_else, true},
                           {"forced to another", batch_or_else, forced_chat, false}});
}

TEST(InspectorAnswers, WhereTheFormatWasForced) {
  expect_answers(chat, {{"the same", forced_batch, forced_batch, true},
                        {"another", forced_batch, forced_chat, false},
                        {"what was expected but did not come", forced_batch, only_batch, false},
                        {"nothing known", forced_batch, anything, false}});
}

TEST(InspectorAnswers, EveryoneWhereNoRecordIsAnObject) {
  for (const std::string_view file : {"", "\n \n", "[1]\nhello\n", "{\"messages\":[\n{]"}) {
    expect_answers(file, {{"chat", anything, only_chat, true},
                          {"batch", only_chat, batch_or_else, true},
                          {"forced", only_chat, forced_batch, true},
                          {"not forced", forced_batch, anything, true}});
  }
}

// What a broken first record looked like does not count.
TEST(InspectorAnswers, ByTheFirstGoodRecord) {
  for (const std::string_view first : {"{\"custom_id\":1,}\n", "{\"custom_id\":[01]}\n"}) {
    const std::string file = "[1]\n" + std::string(first) + std::string(chat);
    expect_answers(
        file, {{"welcome", anything, only_chat, true}, {"unwanted", anything, only_batch, false}});
    EXPECT_EQ(inspected(file).format, Format::chat);
  }
}

TEST(InspectorAnswers, NobodyAfterAStop) {
  const InspectorOptions options{.stops_unless_object = true};
  EXPECT_FALSE(answers("[1]\n{}", options, {}));
  EXPECT_FALSE(answers("{x\n", options, {}));
  EXPECT_TRUE(answers("{}\n[1]", options, {}));
  EXPECT_TRUE(answers("\n", options, {}));
}

TEST(InspectorAnswers, NobodyOnceMemoryRanOut) {
  SharedMemory shared{.carried_lines = MemoryBudget(limits::carried_line_bytes), .walks = {}};
  Inspector inspector(shared, {});
  ASSERT_TRUE(inspector.write(as_bytes("{}\n{\"a\":\"" + std::string(100'000, 'x'))));
  ASSERT_TRUE(inspector.write(as_bytes("\"}\n{}\n")));
  ASSERT_TRUE(inspector.finish());
  EXPECT_FALSE(inspector.answers({}));
  Inspector other(shared, {});
  ASSERT_TRUE(other.write(as_bytes("{}\n")));
  ASSERT_TRUE(other.finish());
  EXPECT_TRUE(other.answers({}));
}

}  // namespace
}  // namespace argot::jsonl
