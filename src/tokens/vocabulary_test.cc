#include "tokens/vocabulary.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/reference_bpe.h"
#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

TEST(Vocabulary, HasTheReferencesTokens) {
  const auto o200k = Vocabulary::load(Encoding::o200k_base);
  EXPECT_EQ(o200k->size(), 199998U);
  EXPECT_EQ(o200k->bytes_of(0), "!");
  EXPECT_EQ(o200k->bytes_of(290), " the");
  const auto cl100k = Vocabulary::load(Encoding::cl100k_base);
  EXPECT_EQ(cl100k->size(), 100256U);
  EXPECT_EQ(cl100k->bytes_of(279), " the");
}

TEST(Vocabulary, ATokenIsItsPartsAndTheirMerge) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  std::size_t longest = 0;
  for (Token token = Vocabulary::single_bytes; token < vocabulary->size(); ++token) {
    const auto [left, right] = vocabulary->parts_of(token);
    ASSERT_EQ(vocabulary->bytes_of(token),
              std::string(vocabulary->bytes_of(left)) + std::string(vocabulary->bytes_of(right)));
    ASSERT_EQ(vocabulary->merged({left, right}), token);
    longest = std::max(longest, vocabulary->length_of(token));
  }
  EXPECT_EQ(longest, Vocabulary::token_bytes_max);
}

// A random pair, and pairs that are often next to each other: the two halves of a token.
TEST(Vocabulary, StayApartSaysWhatMergingSays) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    testing::TokenTexts random(2);
    int apart = 0;
    constexpr int rounds = 20000;
    for (int round = 0; round < rounds; ++round) {
      TokenPair pair{.left = static_cast<Token>(random.below(vocabulary->size())),
                     .right = static_cast<Token>(random.below(vocabulary->size()))};
      if (round % 2 == 0) {
        const std::string_view token = vocabulary->bytes_of(pair.left);
        const std::size_t cut = 1 + random.below(token.size());
        pair.left = vocabulary->trie().longest(token.substr(0, cut));
        if (cut < token.size()) pair.right = vocabulary->trie().longest(token.substr(cut));
      }
      const std::string text = std::string(vocabulary->bytes_of(pair.left)) +
                               std::string(vocabulary->bytes_of(pair.right));
      const auto encoded = testing::reference_encoding(*vocabulary, text);
      const bool expected = encoded == std::vector<Token>{pair.left, pair.right};
      ASSERT_EQ(vocabulary->stay_apart(pair), expected) << pair.left << ", " << pair.right;
      apart += expected ? 1 : 0;
    }
    EXPECT_GT(apart, rounds / 10);
    EXPECT_LT(apart, rounds - rounds / 10);
  }
}

}  // namespace
}  // namespace argot::tokens
