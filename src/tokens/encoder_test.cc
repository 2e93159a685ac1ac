#include "tokens/encoder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "json/reader.h"
#include "tests/support/token_texts.h"
#include "tokens/code_points.h"

namespace argot::tokens {
namespace {

std::vector<Token> encode(const Vocabulary& vocabulary, std::string_view text) {
  Encoder encoder(vocabulary);
  std::vector<Token> tokens;
  encoder.encode(text, tokens);
  return tokens;
}

// tools/tokens/golden.py wrote down what the reference says.
TEST(Encoder, EncodesAsTheReference) {
  std::ifstream lines(ARGOT_TOKENS_TESTDATA "/golden.jsonl");
  std::vector<json::Value> golden;
  for (std::string line; std::getline(lines, line);) golden.push_back(json::parse(line).value());
  ASSERT_GE(golden.size(), 400U);
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    for (const json::Value& each : golden) {
      const std::string& text = *each.find("text")->string();
      std::vector<Token> expected;
      for (const json::Value& id : each.find(text_of(encoding))->items()) {
        expected.push_back(static_cast<Token>(id.unsigned_integer().value()));
      }
      ASSERT_EQ(encode(*vocabulary, text), expected)
          << text_of(encoding) << " " << ::testing::PrintToString(text);
    }
  }
}

TEST(Encoder, IdsSpellTheText) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  testing::TokenTexts random(6);
  for (int round = 0; round < 500; ++round) {
    const std::string text = random.next();
    std::string spelled;
    for (const Token token : encode(*vocabulary, text)) spelled += vocabulary->bytes_of(token);
    std::string expected;
    append_as_utf8(expected, text);
    ASSERT_EQ(spelled, expected);
  }
}

TEST(Encoder, WhatIsNotUtf8IsAReplacementCharacter) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  EXPECT_EQ(encode(*vocabulary, "a\xFF\xE4\xB8z"), encode(*vocabulary, "a\uFFFD\uFFFDz"));
}

TEST(Encoder, SpecialTokensAreText) {
  const auto vocabulary = Vocabulary::load(Encoding::cl100k_base);
  EXPECT_EQ(encode(*vocabulary, "<|endoftext|>").size(), 7U);
}

}  // namespace
}  // namespace argot::tokens
