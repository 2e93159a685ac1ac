#include "policy/token_walk.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "jsonl/record_checker.h"
#include "tests/support/choices.h"
#include "tests/support/reference_tokens.h"

namespace argot::policy {
namespace {

using jsonl::Format;
using tokens::Encoding;

class TokenWalkTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    vocabulary_ = tokens::Vocabulary::load(Encoding::o200k_base);
    pool_ = std::make_unique<tokens::CounterPool>(*vocabulary_);
  }
  static void TearDownTestSuite() {
    pool_.reset();
    vocabulary_.reset();
  }

  static std::uint64_t tokens_of(std::string_view text) {
    return pool_->take()->count(text, tokens::TextEnd::is_here).tokens;
  }

  // As lines stand in a chunk: what is behind them is readable.
  TokensOfRecord count(Format format, const std::string& record) {
    const std::string padded = record + "\n" + std::string(json::LineReader::padding_bytes, ' ');
    const std::string_view line = std::string_view(padded).substr(0, record.size());
    if (format != Format::batch) {
      return TokenWalk(reader_, *pool_).count_example(format, line).value();
    }
    const RequestHead head = head_of_request(reader_, line).value();
    return TokenWalk(reader_, *pool_).count_request(head.url, line).value();
  }

  std::uint64_t total(Format format, const std::string& record) {
    return count(format, record).total;
  }

  TokensOfRecord count_body(std::string_view url, std::string_view body) {
    return count(Format::batch, R"({"url":")" + std::string(url) + R"(","body":{"model":"m",)" +
                                    std::string(body) + "}}");
  }

  // Holds a record against the reference.
  void expect_as_reference(Format format, const std::string& record) {
    const auto parsed = testing::reference_parse(record, 256);
    ASSERT_TRUE(std::holds_alternative<testing::ReferenceValue>(parsed)) << record;
    const testing::ReferenceTokens expected =
        reference_tokens(std::get<testing::ReferenceValue>(parsed), format,
                         [](const std::string& text) { return tokens_of(text); });
    const TokensOfRecord counted = count(format, record);
    EXPECT_EQ(counted.total, expected.total) << record;
    EXPECT_EQ(counted.longest, expected.longest) << record;
  }

  static std::unique_ptr<const tokens::Vocabulary> vocabulary_;
  static std::unique_ptr<tokens::CounterPool> pool_;
  json::LineReader reader_;
};

std::unique_ptr<const tokens::Vocabulary> TokenWalkTest::vocabulary_;
std::unique_ptr<tokens::CounterPool> TokenWalkTest::pool_;

// The conversation of OpenAI's cookbook, "How to count tokens with tiktoken". Their API said of it:
// 129 tokens for gpt-4 and gpt-3.5-turbo, 124 for gpt-4o.
const std::string cookbook =
    R"([{"role": "system", "content": "You are a helpful, pattern-following assistant that )"
    R"(translates corporate jargon into plain English."}, {"role": "system", "name": )"
    R"("example_user", "content": "New synergies will help drive top-line growth."}, {"role": )"
    R"("system", "name": "example_assistant", "content": "Things working well together will )"
    R"(increase revenue."}, {"role": "system", "name": "example_user", "content": "Let's circle )"
    R"(back when we have more bandwidth to touch base on opportunities for increased )"
    R"(leverage."}, {"role": "system", "name": "example_assistant", "content": "Let's talk )"
    R"(later when we're less busy about how to do better."}, {"role": "user", "content": "This )"
    R"(late pivot means we don't have time to boil the ocean for the client deliverable."}])";

TEST_F(TokenWalkTest, CountsMessagesAsTheApiDoes) {
  const auto older = tokens::Vocabulary::load(Encoding::cl100k_base);
  tokens::CounterPool pool(*older);
  const std::string record = R"({"messages": )" + cookbook + "}";
  const std::string padded = record + "\n" + std::string(json::LineReader::padding_bytes, ' ');
  const TokensOfRecord counted =
      TokenWalk(reader_, pool)
          .count_example(Format::chat, std::string_view(padded).substr(0, record.size()))
          .value();
  EXPECT_EQ(counted, (TokensOfRecord{.total = 129, .longest = 129}));
  const TokensOfRecord newer{.total = 124, .longest = 124};
  EXPECT_EQ(count(Format::chat, record), newer);
  EXPECT_EQ(count_body("/v1/chat/completions", R"("messages": )" + cookbook), newer);
}

TEST_F(TokenWalkTest, AMessageIsItsTextsAndThreeMore) {
  const auto with = [&](const std::string& members) {
    return total(Format::chat, R"({"messages":[{)" + members + "}]}");
  };
  EXPECT_EQ(total(Format::chat, R"({"messages":[]})"), 3U);
  EXPECT_EQ(with(""), 6U);
  EXPECT_EQ(with(R"("role":"user","content":"Hello, world")"), 6U + 1 + 3);
  EXPECT_EQ(with(R"("role":"user","name":"world","content":null)"), 6U + 1 + 2);
  EXPECT_EQ(with(R"("role":"user","name":null,"content":"")"), 6U + 1);
  EXPECT_EQ(with(R"("role":"assistant","refusal":"No","content":null,"weight":1)"), 6U + 1 + 1);
  EXPECT_EQ(with(R"("role":"tool","tool_call_id":"call_abcdef123456","content":"4")"), 6U + 1 + 1);
}

TEST_F(TokenWalkTest, OfPartsTheTextsCount) {
  const auto with = [&](const std::string& parts) {
    return total(Format::chat, R"({"messages":[{"role":"user","content":[)" + parts + "]}]}") - 7;
  };
  EXPECT_EQ(with(""), 0U);
  EXPECT_EQ(with(R"({"type":"text","text":"Hello"},{"type":"text","text":" world"})"), 2U);
  EXPECT_EQ(with(R"({"type":"refusal","refusal":"No"})"), 1U);
  EXPECT_EQ(with(R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}})"), 0U);
  EXPECT_EQ(with(R"({"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},7)"), 0U);
}

TEST_F(TokenWalkTest, OfCallsNamesAndArgumentsCount) {
  const std::uint64_t call = tokens_of("get_weather") + tokens_of(R"({"city":"Rome"})");
  EXPECT_EQ(total(Format::chat,
                  R"({"messages":[{"role":"assistant","tool_calls":[{"id":"c1","type":"function",)"
                  R"("function":{"name":"get_weather","arguments":"{\"city\":\"Rome\"}"}}]}]})"),
            7 + call);
  EXPECT_EQ(total(Format::chat,
                  R"({"messages":[{"role":"assistant","function_call":{"name":"get_weather",)"
                  R"("arguments":"{\"city\":\"Rome\"}"}}]})"),
            7 + call);
}

TEST_F(TokenWalkTest, OfToolsEachKeyAndScalarCounts) {
  std::uint64_t expected = 3;
  for (const std::string_view text : {"type", "function", "function", "name", "f", "strict", "null",
                                      "parameters", "properties", "a b", "enum", "1.50", "true"}) {
    expected += tokens_of(text);
  }
  EXPECT_EQ(total(Format::chat,
                  R"({"messages":[],"parallel_tool_calls":true,"tools":[{"type":"function",)"
                  R"("function":{"name":"f","strict":null,"parameters":{"properties":)"
                  R"({"a\u0020b":{"enum":[1.50,true]}}}}}]})"),
            expected);
  EXPECT_EQ(total(Format::chat, R"({"functions":[{"name":"f"}]})"),
            3 + tokens_of("name") + tokens_of("f"));
}

TEST_F(TokenWalkTest, CountsWhatStringsMean) {
  EXPECT_EQ(total(Format::completions, R"({"prompt":"caf\u00e9","completion":"\ud83d\ude00\n"})"),
            tokens_of("caf\u00E9") + tokens_of("\U0001F600\n"));
  EXPECT_EQ(total(Format::completions, R"({"prompt":"\\u00e9","completion":""})"),
            tokens_of("\\u00e9"));
  EXPECT_EQ(total(Format::completions, R"({"\u0070rompt":"Hello","completion":" world"})"), 2U);
}

TEST_F(TokenWalkTest, SpecialTokensAreText) {
  EXPECT_EQ(total(Format::completions, R"({"prompt":"<|endoftext|>","completion":""})"), 7U);
}

TEST_F(TokenWalkTest, BothAnswersOfAPreferenceCountAndTheLongerOneIsRead) {
  const std::string record =
      R"({"input":{"messages":[{"role":"user","content":"Hello"}]},)"
      R"("preferred_output":[{"role":"assistant","content":"Hello, world"}],)"
      R"("non_preferred_output":[{"role":"assistant","content":"No"}]})";
  EXPECT_EQ(count(Format::preference, record),
            (TokensOfRecord{.total = 3 + 5 + 7 + 5, .longest = 3 + 5 + 7}));
}

TEST_F(TokenWalkTest, OtherKeysOfAReinforcementExampleAreForTheGrader) {
  EXPECT_EQ(total(Format::reinforcement,
                  R"({"messages":[{"role":"user","content":"Hello"}],"answer":"a b c d e"})"),
            3U + 5);
}

TEST_F(TokenWalkTest, EvalsAreNotCounted) {
  EXPECT_EQ(count(Format::evals, R"({"item":{"messages":[{"role":"user"}]}})"), TokensOfRecord{});
}

TEST_F(TokenWalkTest, CountsTheTextOfAResponse) {
  const auto total_of = [&](std::string_view body) {
    return count_body("/v1/responses", body).total;
  };
  EXPECT_EQ(total_of(R"("input":"Hello, world","instructions":"Hello")"), 4U);
  EXPECT_EQ(total_of(R"("input":[{"role":"user","content":"Hello"},{"type":"message","role":)"
                     R"("user","content":[{"type":"input_text","text":"Hello, world"},)"
                     R"({"type":"input_image","image_url":"https://example.com/a.png"}]}])"),
            4U);
  EXPECT_EQ(total_of(R"("input":[{"type":"function_call","call_id":"c","name":"f","arguments":)"
                     R"("{}"},{"type":"function_call_output","call_id":"c","output":"Hello"}])"),
            3U);
  EXPECT_EQ(total_of(R"("tools":[{"type":"web_search"}],"metadata":{"text":"Hello"})"),
            tokens_of("type") + tokens_of("web_search"));
}

TEST_F(TokenWalkTest, EachInputIsReadAlone) {
  const auto of = [&](std::string_view input) {
    return count_body("/v1/embeddings", R"("input":)" + std::string(input));
  };
  EXPECT_EQ(of(R"("Hello, world")"), (TokensOfRecord{.total = 3, .longest = 3}));
  EXPECT_EQ(of(R"(["Hello","Hello, world","No"])"), (TokensOfRecord{.total = 5, .longest = 3}));
  EXPECT_EQ(of("[1,2,3,4]"), (TokensOfRecord{.total = 4, .longest = 4}));
  EXPECT_EQ(of("[[1,2,3],[4]]"), (TokensOfRecord{.total = 4, .longest = 3}));
  EXPECT_EQ(of("[]"), TokensOfRecord{});
  EXPECT_EQ(of("7"), TokensOfRecord{});
  EXPECT_EQ(count_body("/v1/completions", R"("prompt":["Hello","Hello, world"],"suffix":"No")"),
            (TokensOfRecord{.total = 4, .longest = 3}));
}

TEST_F(TokenWalkTest, EveryEndpointOfABatchIsKnown) {
  for (const std::string_view endpoint : jsonl::batch_endpoints()) {
    EXPECT_GT(count_body(endpoint, R"("input":"Hello","prompt":"Hello","messages":[])").total, 0U)
        << endpoint;
  }
  EXPECT_EQ(count_body("/v1/nothing", R"("input":"Hello","prompt":"Hello","messages":[])"),
            TokensOfRecord{});
}

TEST_F(TokenWalkTest, TheHeadOfARequestMayStandAnywhere) {
  const std::string padding(json::LineReader::padding_bytes, ' ');
  const std::string record =
      R"({"body":{"messages":[{"model":"no"}],"m\u006fdel":"gpt-4\u006f"},"url":"\/v1\/videos"})";
  const std::string padded = record + "\n" + padding;
  const RequestHead head =
      head_of_request(reader_, std::string_view(padded).substr(0, record.size())).value();
  EXPECT_EQ(head.url, "/v1/videos");
  EXPECT_EQ(head.model, "gpt-4o");
}

TEST_F(TokenWalkTest, CountsAsTheReferenceWhateverTheBodyHolds) {
  const std::vector<std::string> values = {
      "null",
      "7",
      "true",
      R"("Hello, \u00e9")",
      R"(["a b",{"text":"c"},5,[1,2],["d"]])",
      R"([{"role":"user","content":[{"text":"a","refusal":"b"},{"text":{"text":"c"}}]}])",
      R"({"content":{"output":["x",{"summary":[{"text":"y"}]}]},"name":7,"other":"z"})",
      R"([{"role":"tool","name":null,"content":{"text":"a"},"tool_calls":{"function":1}},[],3])",
      R"([{"tool_calls":[{"function":{"name":"f","arguments":{"a":1}}},7],"function_call":"x"}])",
      "[]",
      "{}",
      R"([[[{"a":[[]]}]]])"};
  const std::vector<std::string> keys = {"messages", "tools",        "functions", "input",
                                         "prompt",   "instructions", "stop"};
  std::mt19937 random(7);
  for (int round = 0; round < 3'000; ++round) {
    testing::Choices choices = testing::choices_of(random);
    std::string body = R"("model":"m")";
    for (const std::string& key : keys) {
      if (!choices.once_in(3)) continue;
      body += ",\"" + key + "\":" + values[choices.below(values.size())];
    }
    const auto endpoints = jsonl::batch_endpoints();
    const std::string record = R"({"body":{)" + body + R"(},"url":")" +
                               std::string(endpoints[choices.below(endpoints.size())]) + "\"}";
    expect_as_reference(Format::batch, record);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST_F(TokenWalkTest, LongTextsAreCountedLikeShortOnes) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += i % 7 == 0 ? "caf\u00E9\\n" : "word ";
  for (const std::size_t bytes : {65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string piece = text.substr(0, bytes);
    while (piece.back() == '\\' || (static_cast<unsigned char>(piece.back()) & 0xC0U) != 0) {
      if (static_cast<unsigned char>(piece.back()) < 0x80 && piece.back() != '\\') break;
      piece.pop_back();
    }
    expect_as_reference(Format::completions, R"({"prompt":")" + piece + R"(","completion":"x"})");
  }
  expect_as_reference(Format::completions,
                      R"({"prompt":")" + std::string(300'000, 'a') + R"(","completion":"x"})");
}

}  // namespace
}  // namespace argot::policy
