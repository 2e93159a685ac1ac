#include "tokens/piece.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/token_texts.h"

namespace argot::tokens {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> pieces_of(Encoding encoding, std::string_view text) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const Piece piece = first_piece(encoding, text, TextEnd::is_here);
    if (piece.bytes == 0 || piece.bytes > text.size()) {
      ADD_FAILURE() << piece.bytes << " bytes of " << text.size();
      break;
    }
    pieces.emplace_back(text.substr(0, piece.bytes));
    text.remove_prefix(piece.bytes);
  }
  return pieces;
}

auto o200k(std::string_view text) { return pieces_of(Encoding::o200k_base, text); }
auto cl100k(std::string_view text) { return pieces_of(Encoding::cl100k_base, text); }

TEST(FirstPiece, WordsTakeASignOrABlankBeforeThem) {
  EXPECT_THAT(o200k("a .b  (c)"), ElementsAre("a", " .", "b", " ", " (", "c", ")"));
  EXPECT_THAT(cl100k("x-y\tz"), ElementsAre("x", "-y", "\tz"));
}

TEST(FirstPiece, CapitalsBeginWords) {
  EXPECT_THAT(o200k("getURLOf iOS ABc"), ElementsAre("get", "URLOf", " i", "OS", " ABc"));
  EXPECT_THAT(cl100k("getURLOf"), ElementsAre("getURLOf"));
  // Capitals give back to the last letter that has no case.
  EXPECT_THAT(o200k("\u4e9a\u6d32AV"), ElementsAre("\u4e9a\u6d32", "AV"));
  EXPECT_THAT(o200k("\u4e9a\u6d32AVa"), ElementsAre("\u4e9a\u6d32AVa"));
  EXPECT_THAT(o200k("\u0301AB"), ElementsAre("\u0301", "AB"));
}

TEST(FirstPiece, ContractionsEndWordsOrStandAlone) {
  EXPECT_THAT(o200k("I'll don't it'S ab'x"), ElementsAre("I'll", " don't", " it'S", " ab", "'x"));
  EXPECT_THAT(cl100k("I'll it'S ab'x"), ElementsAre("I", "'ll", " it", "'S", " ab", "'x"));
  EXPECT_THAT(o200k("it'\u017f"), ElementsAre("it'\u017f")) << "the long s folds to s";
}

TEST(FirstPiece, DigitsComeInThrees) {
  EXPECT_THAT(o200k("1234567"), ElementsAre("123", "456", "7"));
  EXPECT_THAT(cl100k("12\u0663\u0664"), ElementsAre("12\u0663", "\u0664"));
}

TEST(FirstPiece, SignsTakeTheNewlinesAfterThem) {
  EXPECT_THAT(o200k("!?\n\n/x"), ElementsAre("!?\n\n/", "x"));
  EXPECT_THAT(cl100k("!?\n\n/x"), ElementsAre("!?\n\n", "/x"));
}

TEST(FirstPiece, BlanksEndAfterTheirLastNewline) {
  EXPECT_THAT(o200k("a \n \n  b"), ElementsAre("a", " \n \n", " ", " b"));
  EXPECT_THAT(o200k("a   "), ElementsAre("a", "   "));
  EXPECT_THAT(o200k("a \n "), ElementsAre("a", " \n", " "));
  EXPECT_THAT(cl100k("a \n "), ElementsAre("a", " \n "));
  EXPECT_THAT(o200k("a  1"), ElementsAre("a", " ", " ", "1"));
}

TEST(FirstPiece, WhatIsNotUtf8IsASign) {
  EXPECT_THAT(o200k("\xFF\xFE a\xE4\xB8"), ElementsAre("\xFF\xFE", " a", "\xE4\xB8"));
  EXPECT_TRUE(first_piece(Encoding::o200k_base, "\xFF", TextEnd::is_here).is_broken);
  EXPECT_TRUE(first_piece(Encoding::o200k_base,
                          "\xFF"
                          "ab",
                          TextEnd::is_here)
                  .is_broken);
  EXPECT_TRUE(first_piece(Encoding::cl100k_base, " \xFF", TextEnd::is_here).is_broken);
  EXPECT_FALSE(first_piece(Encoding::o200k_base, "a\xFF", TextEnd::is_here).is_broken);
}

// A piece that is given before the text's end is the same whatever follows.
TEST(FirstPiece, WhatIsDecidedStaysSo) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::TokenTexts random(seed);
  int decided = 0;
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random.next(10);
    for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
      if (text.empty()) continue;
      const Piece whole = first_piece(encoding, text, TextEnd::is_here);
      for (std::size_t length = 1; length <= text.size(); ++length) {
        const Piece piece =
            first_piece(encoding, std::string_view(text).substr(0, length), TextEnd::more_follows);
        if (piece.bytes == 0) continue;
        ++decided;
        ASSERT_EQ(piece.bytes, whole.bytes) << ::testing::PrintToString(text) << " to " << length;
        ASSERT_EQ(piece.is_broken, whole.is_broken);
      }
    }
  }
  EXPECT_GT(decided, 10000);
}

TEST(ContractionBytes, ThreeBytesTell) {
  EXPECT_EQ(contraction_bytes("'s"), 2U);
  EXPECT_EQ(contraction_bytes("'LLx"), 3U);
  EXPECT_EQ(contraction_bytes("'l"), 0U);
  EXPECT_EQ(contraction_bytes("'"), 0U);
  EXPECT_EQ(contraction_bytes("x's"), 0U);
  EXPECT_EQ(contraction_bytes("'\x13"), 0U) << "differs from an S in another bit than case";
}

}  // namespace
}  // namespace argot::tokens
