#include "tokens/long_run.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/token_texts.h"
#include "tokens/encoder.h"

namespace argot::tokens {
namespace {

std::uint64_t count_of(Encoder& encoder, std::string_view text) {
  std::vector<Token> tokens;
  encoder.encode(text, tokens);
  return tokens.size();
}

// A run need not be long for it to be counted so: whatever piece a text begins with, but for
// digits and contractions, which are short, the run and what it leaves over are the whole text.
TEST(LongRun, CountsTheFirstPieceAndLeavesTheRest) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    Encoder encoder(*vocabulary);
    testing::TokenTexts random(seed);
    int runs = 0;
    for (int round = 0; round < 4000; ++round) {
      const std::string text = random.next(12);
      const std::string_view all = text;
      if (all.empty() || first_piece(encoding, all, TextEnd::is_here).bytes < 6) continue;
      ++runs;
      LongRun run(*vocabulary, all);
      std::string undecided;
      std::size_t taken = 0;
      for (std::size_t at = 0; !run.is_done() && at < all.size();) {
        const std::size_t bytes = std::min(all.size() - at, 1 + random.below(20));
        undecided += all.substr(at, bytes);
        at += bytes;
        const std::size_t took = run.take(undecided, TextEnd::more_follows);
        ASSERT_LT(undecided.size() - took, run.is_done() ? 99U : LongRun::undecided_bytes_max);
        undecided.erase(0, took);
        taken += took;
      }
      if (!run.is_done()) taken += run.take(undecided, TextEnd::is_here);
      ASSERT_TRUE(run.is_done());
      const std::string rest = std::string(run.left_over()) + text.substr(taken);
      ASSERT_EQ(run.tokens() + count_of(encoder, rest), count_of(encoder, text))
          << ::testing::PrintToString(text) << " after " << taken;
    }
    EXPECT_GT(runs, 300);
  }
}

}  // namespace
}  // namespace argot::tokens
