// The Inspector held against a reference that knows nothing of it, on the seeds of fuzz/jsonl.cc,
// on what fuzzing found, and on files that a random generator makes.

#include "tests/support/inspector_differential.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "jsonl/inspector.h"
#include "tests/support/choices.h"
#include "tests/support/record_generator.h"

namespace argot::jsonl {
namespace {

using testing::PieceLengths;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_agreement(std::string_view file, const InspectorOptions& options,
                      const PieceLengths& pieces) {
  EXPECT_EQ(testing::disagreement(file, options, pieces), "") << "the file:\n" << file;
}

// Byte by byte, whatever anybody may expect of the file.
void expect_agreement(std::string_view file) {
  for (std::size_t number = 0; number < 10; ++number) {
    SCOPED_TRACE("expectation " + std::to_string(number));
    const PieceLengths pieces(file.size(), 1);
    expect_agreement(file, {.expectation = testing::numbered_expectation(number)}, pieces);
  }
}

TEST(InspectorDifferential, AgreesOnTheSeedsOfTheFuzzer) {
  std::size_t count = 0;
  const std::filesystem::path folder = ARGOT_SOURCE_DIR "/fuzz/corpus/jsonl";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path().filename());
    const std::string seed = read_file(entry.path());
    ASSERT_GE(seed.size(), 4U);
    const auto cuts = static_cast<unsigned char>(seed[3]);
    expect_agreement(std::string_view(seed).substr(std::min(seed.size(), std::size_t{4} + cuts)));
    ++count;
  }
  EXPECT_GE(count, 12U);
}

TEST(InspectorDifferential, StringWithAColonBehindItIsNoValue) {
  expect_agreement(R"({"prompt":"a","completion":"b":"c" and anything at all})");
  expect_agreement(R"({"item":{"a":["b" : 1]}})");
}

TEST(InspectorDifferential, LastMessageWithoutARoleIsNobodys) {
  expect_agreement(R"({"messages":[{"role":"user","content":"x"},{"content":"y"}]})");
  expect_agreement(R"({"messages":[{"role":"user","content":"x"},7]})");
  expect_agreement(R"({"messages":[{"role":"user","role":"assistant","content":"x"}]})");
  expect_agreement(R"({"messages":[{"role":"user","content":"x"}],"messages":[7]})");
}

TEST(InspectorDifferential, KeysAndRolesMayBeWrittenWithEscapes) {
  expect_agreement(R"({"messages":[{"\u0072ole":"use\u0072","content":"x"}]})");
  expect_agreement(R"({"messages":[{"content":"x","\u0072ole":"assistant"}]})");
  expect_agreement(R"({"\u0070rompt":"a","completio\u006e":"b"})");
}

TEST(InspectorDifferential, EmptyModelIsNotTheOneOfTheOthers) {
  const std::string begin = R"({"method":"POST","url":"/v1/embeddings","body":{"model":)";
  expect_agreement(begin + "\"\"}}\n" + begin + "\"m\"}}\n" + begin + "\"\"}}");
  expect_agreement(begin + "\"m\"}}\n" + begin + "\"\"}}");
}

TEST(InspectorDifferential, AgreesOnRandomFiles) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 engine(seed);
  testing::Choices choices = testing::choices_of(engine);
  constexpr int files = 4000;  // about two seconds
  for (int count = 0; count < files && !HasFailure(); ++count) {
    const std::string file = testing::generate_file(choices, 12);
    InspectorOptions options{.expectation = testing::numbered_expectation(choices.below(10)),
                             .stops_unless_object = choices.once_in(8)};
    if (choices.once_in(8)) options.line_bytes_max = choices.below(300);
    PieceLengths pieces;
    for (std::size_t cuts = choices.below(20); cuts > 0; --cuts) {
      pieces.push_back(choices.below(choices.once_in(4) ? file.size() + 1 : 80));
    }
    expect_agreement(file, options, pieces);
  }
}

// What is known of the first record must not be taken for known of others.
TEST(InspectorDifferential, AgreesOnRecordsThatAreNearlyLikeAGoodOne) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 engine(seed);
  testing::Choices choices = testing::choices_of(engine);
  constexpr std::string_view bytes = "{}[]:,\"\\ \t\r01-+.eEtfnul/ax\x01\x7F\xC3\xA9\xE4\xFF";
  const auto records = std::to_array<std::string>(
      {R"({"messages":[{"role":"system","content":"be brief"},{"role":"user","content":[)"
       R"({"type":"text","text":"what \u00e9"},{"type":"image_url","image_url":{"url":"u"}}]},)"
       R"({"role":"assistant","content":"","weight":1,"tool_calls":[{"id":"1","type":"function",)"
       R"("function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1",)"
       R"("content":""},{"content":"x","name":"n","role":"assistant"}],"tools":[{"type":)"
       R"("function","function":{"name":"f","description":"d","parameters":{"a":[1,"b"]}}}]})",
       R"({"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m",)"
       R"("messages":[{"role":"user","content":"\ud83d\ude00"}],"max_tokens":10,"stream":false}})",
       R"({"prompt":"a","completion":"\\ b"})",
       R"({"input":{"messages":[{"role":"user","content":"u"}]},"preferred_output":)"
       R"([{"role":"assistant","content":"p"}],"non_preferred_output":[{"role":"assistant",)"
       R"("content":"n"}]})",
       R"({"item":{"a":1.5,"b":["c",-2]},"sample":{"d":"e"}})"});
  for (int count = 0; count < 400 && !HasFailure(); ++count) {
    const std::string& good = choices.one_of(records);
    std::string file = good + "\n" + good + "\n";
    for (int line = 0; line < 60; ++line) {
      std::string changed = good;
      const std::size_t at = choices.below(good.size());
      const std::size_t from = choices.below(good.size());
      switch (choices.below(4)) {
        case 0:
          changed[at] = bytes[choices.below(bytes.size())];
          break;
        case 1:
          changed.insert(at, 1, bytes[choices.below(bytes.size())]);
          break;
        case 2:
          changed.erase(at, 1 + choices.below(6));
          break;
        default:
          changed.insert(at, good.substr(from, choices.below(20)));
          break;
      }
      file += changed + (choices.once_in(8) ? "\r\n" : "\n");
    }
    const std::size_t expectation = choices.below(10);
    expect_agreement(file, {.expectation = testing::numbered_expectation(expectation)},
                     {choices.below(file.size())});
  }
}

TEST(InspectorDifferential, AgreesOnMoreRequestsThanABatchMayHave) {
  std::string file;
  for (int count = 0; count < 50'003; ++count) {
    // The last one is the first again, but nobody counts ids any more by then.
    file += R"({"custom_id":")" + std::to_string(count % 50'002) +
            R"(","method":"POST","url":"/v1/embeddings","body":{"model":"m"}})" + "\n";
  }
  const PieceLengths pieces(file.size() / 5000, 5000);
  expect_agreement(file, {.expectation = testing::numbered_expectation(2)}, pieces);
}

}  // namespace
}  // namespace argot::jsonl
