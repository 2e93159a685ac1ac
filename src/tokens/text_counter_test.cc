#include "tokens/text_counter.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/token_texts.h"
#include "tokens/encoder.h"

namespace argot::tokens {
namespace {

// Long enough for windows, and twice, so that the caches know it.
TEST(TextCounter, CountsWhatTheEncoderGives) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    Encoder encoder(*vocabulary);
    for (const Kernels& kernels : kernels()) {
      const auto counter = std::make_unique<TextCounter>(*vocabulary, kernels);
      testing::TokenTexts random(seed);
      for (int round = 0; round < 300; ++round) {
        std::string text;
        for (std::size_t parts = random.below(20); parts > 0; --parts) {
          text += random.next(40) + random.bytes(random.below(80), "etaoin SHRDLU 12,.\n");
        }
        std::vector<Token> tokens;
        encoder.encode(text, tokens);
        for (int again = 0; again < 2; ++again) {
          const auto counted = counter->count(text, TextEnd::is_here);
          ASSERT_EQ(counted.tokens, tokens.size()) << kernels.name;
          ASSERT_EQ(counted.bytes, text.size());
        }
      }
    }
  }
}

TEST(TextCounter, StopsWhereTheTextLeavesItOpen) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  const auto counter = std::make_unique<TextCounter>(*vocabulary);
  const auto counted = counter->count("Hello wor", TextEnd::more_follows);
  EXPECT_EQ(counted.tokens, 1U);
  EXPECT_EQ(counted.bytes, 5U);
}

}  // namespace
}  // namespace argot::tokens
