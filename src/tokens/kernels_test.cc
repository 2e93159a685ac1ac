#include "tokens/kernels.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

TEST(Kernels, ThePortableOnesAreTheLast) {
  const auto all = kernels();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().name, "portable");
}

TEST(Kernels, AllClassifyAlike) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::TokenTexts random(seed);
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<char>(byte));
  for (int round = 0; round < 3000; ++round) {
    // Each byte in each place, and then random ones.
    std::string text = random.bytes(window_bytes, every);
    if (round < 256) text.assign(window_bytes, static_cast<char>(round));
    WindowMasks expected;
    portable_kernels().classify(text.data(), expected);
    for (const Kernels& each : kernels()) {
      WindowMasks masks;
      each.classify(text.data(), masks);
      ASSERT_EQ(masks, expected) << each.name << " " << ::testing::PrintToString(text);
    }
  }
}

TEST(Kernels, AllLookUpAlike) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::TokenTexts random(seed);
  ShortPieces cache(4);
  std::vector<std::string> pieces;
  // More than fit, of few letters, so that entries differ in one byte or in length alone.
  for (int i = 0; i < 64; ++i) pieces.push_back(random.bytes(1 + random.below(15), "ab\0"));
  pieces.push_back(std::string(15, '\xFF'));
  for (int round = 0; round < 500; ++round) {
    std::vector<WaitingPiece> waiting(random.below(40));
    for (WaitingPiece& each : waiting) {
      each.piece = pieces[random.below(pieces.size())];
      cache.make_key(each.piece, each.piece.size(), each.key);
    }
    std::vector<std::uint32_t> expected_unknown(waiting.size() + 1);
    std::size_t expected_count = 0;
    const auto expected =
        portable_kernels().look_up(cache.sets(), waiting, expected_unknown, expected_count);
    expected_unknown.resize(expected_count);
    for (const Kernels& each : kernels()) {
      std::vector<std::uint32_t> unknown(waiting.size() + 1);
      std::size_t count = 0;
      EXPECT_EQ(each.look_up(cache.sets(), waiting, unknown, count), expected) << each.name;
      unknown.resize(count);
      ASSERT_EQ(unknown, expected_unknown) << each.name;
    }
    for (const std::uint32_t at : expected_unknown) {
      if (cache.find(waiting[at].key) == 0) cache.insert(waiting[at].key, 1 + random.below(15));
    }
  }
}

}  // namespace
}  // namespace argot::tokens
