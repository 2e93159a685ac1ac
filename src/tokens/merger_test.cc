#include "tokens/merger.h"

#include <gtest/gtest.h>

#include "tests/support/reference_bpe.h"
#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

void expect_as_reference(const Vocabulary& vocabulary, Merger& merger, std::string_view piece) {
  const auto expected = testing::reference_encoding(vocabulary, piece);
  std::vector<Token> tokens{7};
  merger.encode(piece, tokens);
  tokens.erase(tokens.begin());
  ASSERT_EQ(tokens, expected) << ::testing::PrintToString(piece);
  ASSERT_EQ(merger.count(piece), expected.size()) << ::testing::PrintToString(piece);
}

// Whatever the bytes are: a piece need not be one that text gives.
TEST(Merger, EncodesAsMergingDoes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    Merger merger(*vocabulary);
    testing::TokenTexts random(seed);
    for (int round = 0; round < 3000; ++round) {
      const std::string text =
          round % 2 == 0 ? random.next(40)
                         : random.bytes(1 + random.below(40), "etaoin shrdlu-=\xE4\xB8\x80");
      if (!text.empty()) expect_as_reference(*vocabulary, merger, text);
    }
  }
}

// These take more steps than are allowed.
TEST(Merger, EncodesWhatCannotBeFoundStepByStep) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    Merger merger(*vocabulary);
    testing::TokenTexts random(5);
    for (int round = 0; round < 20; ++round) {
      std::string text;
      while (text.size() < 600) {
        text.append(random.below(130), "-= "[random.below(3)]);
        text.append(1, "\n\t*#"[random.below(4)]);
      }
      expect_as_reference(*vocabulary, merger, text);
    }
    expect_as_reference(*vocabulary, merger, std::string(1000, '-'));
    expect_as_reference(*vocabulary, merger, std::string(1000, ' '));
  }
}

}  // namespace
}  // namespace argot::tokens
