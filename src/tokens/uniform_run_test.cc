#include "tokens/uniform_run.h"

#include <gtest/gtest.h>

#include "tests/support/reference_bpe.h"
#include "tokens/long_piece.h"

namespace argot::tokens {
namespace {

std::vector<Token> spelled_out(const std::vector<TokenRun>& runs) {
  std::vector<Token> tokens;
  for (const TokenRun run : runs) tokens.insert(tokens.end(), run.count, run.token);
  return tokens;
}

TEST(UniformRun, IsWhatMergingMakesOfIt) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const auto vocabulary = Vocabulary::load(encoding);
    for (const char byte : {'a', '-', '=', ' ', '\n', '\t', '0', '_', '\0'}) {
      for (const std::size_t count :
           {1U, 2U, 3U, 7U, 63U, 64U, 65U, 100U, 127U, 128U, 129U, 255U, 300U, 515U}) {
        const std::string text(count, byte);
        ASSERT_EQ(
            spelled_out(encode_uniform_run(*vocabulary, static_cast<unsigned char>(byte), count)),
            testing::reference_encoding(*vocabulary, text))
            << count << " times " << int{byte};
      }
    }
  }
}

// A run that merges for ever would not end here either.
TEST(UniformRun, TakesNoTimeHoweverLongItIs) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  std::uint64_t bytes = 0;
  const std::uint64_t count = std::uint64_t{1} << 60U;
  for (const TokenRun run : encode_uniform_run(*vocabulary, ' ', count + 5)) {
    bytes += run.count * vocabulary->length_of(run.token);
  }
  EXPECT_EQ(bytes, count + 5);
}

TEST(UniformRun, IsToldFromOthers) {
  EXPECT_TRUE(is_uniform("a"));
  EXPECT_TRUE(is_uniform("aaaa"));
  EXPECT_FALSE(is_uniform("aaab"));
  EXPECT_FALSE(is_uniform("baaa"));
}

}  // namespace
}  // namespace argot::tokens
