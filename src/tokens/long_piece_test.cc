#include "tokens/long_piece.h"

#include <gtest/gtest.h>

#include "tests/support/reference_bpe.h"
#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

TEST(LongPiece, KnowsTheEncodingOfEveryPrefix) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    LongPiece piece(*vocabulary);
    testing::TokenTexts random(4);
    for (int round = 0; round < 60; ++round) {
      const std::string text = round % 2 == 0 ? random.next(60) : random.bytes(40, "-= aeE\n");
      piece.reset();
      std::vector<std::uint64_t> counts{0};
      for (std::size_t at = 0; at < text.size(); ++at) {
        piece.add(static_cast<unsigned char>(text[at]));
        const auto expected =
            testing::reference_encoding(*vocabulary, std::string_view(text).substr(0, at + 1));
        ASSERT_EQ(piece.count(), expected.size());
        ASSERT_EQ(piece.last(), expected.back());
        counts.push_back(piece.count());
        for (std::size_t before = 0; before <= std::min<std::size_t>(at + 1, 128); ++before) {
          ASSERT_EQ(piece.count(before), counts[at + 1 - before]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace argot::tokens
