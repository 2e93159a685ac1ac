#include "tokens/pair_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>

namespace argot::tokens {
namespace {

TEST(PairTable, FindsWhatWasPutIn) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::map<std::pair<Token, Token>, Token> expected;
  while (expected.size() < 1000) {
    expected.try_emplace({random() % 300, random() % 300}, 1 + static_cast<Token>(expected.size()));
  }
  PairTable table(expected.size());
  for (const auto& [pair, merged] : expected) table.insert({pair.first, pair.second}, merged);
  for (Token left = 0; left < 300; ++left) {
    for (Token right = 0; right < 300; ++right) {
      const auto found = expected.find({left, right});
      ASSERT_EQ(table.find({left, right}), found == expected.end() ? no_token : found->second);
    }
  }
}

TEST(PairTable, KnowsThePairOfTheFirstTokenWithItself) {
  PairTable table(2);
  EXPECT_EQ(table.find({0, 0}), no_token);
  table.insert({0, 0}, 300);
  EXPECT_EQ(table.find({0, 0}), 300U);
  EXPECT_EQ(table.find({0, 1}), no_token);
}

TEST(PairTable, TakesTheHighestIds) {
  PairTable table(1);
  const Token highest = (1U << token_bits) - 1;
  table.insert({highest, highest - 1}, highest);
  EXPECT_EQ(table.find({highest, highest - 1}), highest);
  EXPECT_EQ(table.find({highest - 1, highest}), no_token);
}

}  // namespace
}  // namespace argot::tokens
