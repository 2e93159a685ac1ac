#include "tokens/window.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/support/token_texts.h"
#include "tokens/kernels.h"
#include "tokens/piece.h"

namespace argot::tokens {
namespace {

std::uint64_t starts_in(Encoding encoding, std::string_view window) {
  WindowMasks masks;
  portable_kernels().classify(window.data(), masks);
  return piece_starts(encoding, masks);
}

// What the window shows is what the code-point rule says, whatever follows the window; and text
// without surprises it shows nearly to its end.
TEST(PieceStarts, AreThoseOfTheRule) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  testing::TokenTexts random(seed);
  const std::string_view alphabets[] = {
      "ab AB",       "a \n",    "a.\n/ ", "a1 ", "aA'st ", "\t \r\n!a", "aB1 \t\n\r.-/'\x7f\x01",
      "a\xC3\xA9 .", "12345 \n"};
  for (int round = 0; round < 60000; ++round) {
    const std::string text = random.bytes(window_bytes + 30, alphabets[random.below(9)]);
    for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
      const std::uint64_t found = starts_in(encoding, text);
      ASSERT_EQ(found & 1U, 1U);
      const auto last = static_cast<unsigned>(std::bit_width(found)) - 1;
      std::uint64_t expected = 0;
      for (std::size_t at = 0; at <= last;) {
        expected |= std::uint64_t{1} << at;
        at += first_piece(encoding, std::string_view(text).substr(at), TextEnd::is_here).bytes;
      }
      ASSERT_EQ(found, expected) << ::testing::PrintToString(text);
    }
  }
}

TEST(PieceStarts, ShowMostOfOrdinaryText) {
  const std::string prose = "The quick brown fox jumps over 1234 lazy dogs, (or so it seems) etc.";
  EXPECT_GE(std::bit_width(starts_in(Encoding::o200k_base, prose)), 58);
  const std::string code =
      "  for (int i = 0; i < 10; ++i) {\n    total += values[i];\n  }\n  return total;";
  EXPECT_GE(std::bit_width(starts_in(Encoding::cl100k_base, code)), 58);
}

}  // namespace
}  // namespace argot::tokens
