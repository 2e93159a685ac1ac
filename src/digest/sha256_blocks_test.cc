#include "digest/sha256_blocks.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace argot::digest {
namespace {

// FIPS 180-4's first example: "abc", padded to a block.
std::vector<std::byte> padded_abc() {
  std::vector<std::byte> block(sha256_block_bytes);
  block[0] = std::byte{'a'};
  block[1] = std::byte{'b'};
  block[2] = std::byte{'c'};
  block[3] = std::byte{0x80};
  block.back() = std::byte{24};
  return block;
}

class Sha256Blocks : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_sha256_instructions()) GTEST_SKIP() << "this processor has no SHA-256";
  }
};

TEST_F(Sha256Blocks, GiveThePublishedState) {
  Sha256State state;
  compress(state, padded_abc());
  const std::array<std::uint32_t, 8> published{0xBA7816BFU, 0x8F01CFEAU, 0x414140DEU, 0x5DAE2223U,
                                               0xB00361A3U, 0x96177A9CU, 0xB410FF61U, 0xF20015ADU};
  EXPECT_EQ(state.words, published);
}

TEST_F(Sha256Blocks, HashesInStepDoNotTouchEachOther) {
  std::vector<std::byte> blocks(5 * sha256_block_bytes);
  for (std::size_t i = 0; i < blocks.size(); ++i) blocks[i] = static_cast<std::byte>(37 * i);
  Sha256State first;
  Sha256State second;
  std::iota(second.words.begin(), second.words.end(), 0xFEDCBA98U);
  Sha256State first_alone = first;
  Sha256State second_alone = second;
  compress(first_alone, blocks);
  compress(second_alone, blocks);
  compress_both(first, second, blocks);
  EXPECT_EQ(first.words, first_alone.words);
  EXPECT_EQ(second.words, second_alone.words);
  EXPECT_NE(first.words, second.words);
}

TEST_F(Sha256Blocks, NoBlocksChangeNothing) {
  Sha256State state;
  compress(state, {});
  EXPECT_EQ(state.words, Sha256State().words);
}

}  // namespace
}  // namespace argot::digest
