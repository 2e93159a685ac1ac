#include "digest/crc32c.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/support/recut.h"

namespace argot::digest {
namespace {

std::vector<std::byte> random_bytes(std::size_t size, std::mt19937& random) {
  std::vector<std::byte> bytes(size);
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(random() & 0xFFU); });
  return bytes;
}

std::vector<std::uint32_t> checksums_of(Bytes bytes, std::uint64_t block_bytes) {
  BlockChecksumSink sink(block_bytes);
  EXPECT_TRUE(sink.write(bytes));
  EXPECT_TRUE(sink.finish());
  return sink.value().blocks;
}

TEST(Crc32c, GivesTheCheckValueOfTheCatalogues) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c({}), 0U);
}

// RFC 3720, appendix B.4: the checksums, read least significant byte first.
TEST(Crc32c, GivesTheExamplesOfRfc3720) {
  std::vector<std::byte> bytes(32, std::byte{0});
  EXPECT_EQ(crc32c(bytes), 0x8A9136AAU);
  std::ranges::fill(bytes, std::byte{0xFF});
  EXPECT_EQ(crc32c(bytes), 0x62A8AB43U);
  for (std::size_t place = 0; place < 32; ++place) bytes[place] = static_cast<std::byte>(place);
  EXPECT_EQ(crc32c(bytes), 0x46DD794EU);
  std::ranges::reverse(bytes);
  EXPECT_EQ(crc32c(bytes), 0x113FDB5CU);

  std::vector<std::byte> command(48, std::byte{0});
  command[0] = std::byte{0x01};
  command[1] = std::byte{0xC0};
  command[16] = std::byte{0x14};
  command[22] = std::byte{0x04};
  command[27] = std::byte{0x14};
  command[31] = std::byte{0x18};
  command[32] = std::byte{0x28};
  command[40] = std::byte{0x02};
  EXPECT_EQ(crc32c(command), 0xD9963A56U);
}

TEST(Crc32c, ThePortableTwinGivesTheSameExamples) {
  EXPECT_EQ(crc32c_portable(as_bytes("123456789")), 0xE3069283U);
  EXPECT_EQ(crc32c_portable(std::vector<std::byte>(32, std::byte{0xFF})), 0x62A8AB43U);
}

TEST(Crc32c, EqualsItsPortableTwinAtEveryLengthAndAlignment) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::byte> bytes = random_bytes(16 * 1024 + 64, random);
  // Lengths around one, two and three rounds of the interleaved loop, and a few of any kind.
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size < 130; ++size) sizes.push_back(size);
  for (std::size_t round = 1; round <= 5; ++round) {
    for (std::size_t size = 3072 * round - 9; size <= 3072 * round + 9; ++size)
      sizes.push_back(size);
  }
  for (int extra = 0; extra < 100; ++extra) sizes.push_back(random() % (16 * 1024));
  for (const std::size_t size : sizes) {
    const std::size_t from = random() % 64;
    const auto before = static_cast<std::uint32_t>(random());
    const Bytes part = Bytes(bytes).subspan(from, size);
    ASSERT_EQ(crc32c(part, before), crc32c_portable(part, before)) << size << " from " << from;
  }
}

TEST(Crc32c, ContinuesFromWhatCameBefore) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::byte> bytes = random_bytes(10'000, random);
  const std::uint32_t whole = crc32c(bytes);
  for (int round = 0; round < 100; ++round) {
    const std::size_t cut = random() % (bytes.size() + 1);
    EXPECT_EQ(crc32c(Bytes(bytes).subspan(cut), crc32c(Bytes(bytes).first(cut))), whole) << cut;
  }
}

TEST(BlockChecksumSink, ContentOfNoBytesHasNoBlocks) { EXPECT_TRUE(checksums_of({}, 16).empty()); }

TEST(BlockChecksumSink, TheLastBlockIsAsLongAsItIs) {
  const std::string text = "0123456789abcdefXYZ";
  const std::vector<std::uint32_t> two{crc32c(as_bytes("0123456789abcdef")),
                                       crc32c(as_bytes("XYZ"))};
  EXPECT_EQ(checksums_of(as_bytes(text), 16), two);
}

TEST(BlockChecksumSink, AFullLastBlockIsNotFollowedByAnEmptyOne) {
  const std::string text = "0123456789abcdef";
  EXPECT_EQ(checksums_of(as_bytes(text), 8).size(), 2U);
  EXPECT_EQ(checksums_of(as_bytes(text), 16).size(), 1U);
}

TEST(BlockChecksumSink, StoredBlocksAreOneMebibyte) {
  const std::vector<std::byte> bytes(2'097'153, std::byte{7});
  BlockChecksumSink sink;
  ASSERT_TRUE(sink.write(bytes));
  ASSERT_TRUE(sink.finish());
  const std::uint32_t full = crc32c(Bytes(bytes).first(1'048'576));
  const std::vector<std::uint32_t> expected{full, full, crc32c(Bytes(bytes).first(1))};
  EXPECT_EQ(sink.value().blocks, expected);
}

TEST(BlockChecksumSink, GivesTheSameHoweverTheBytesAreCut) {
  std::string text;
  for (int line = 0; line < 50; ++line) text += "record " + std::to_string(line * line) + "\n";
  for (const std::uint64_t block_bytes : {1U, 7U, 64U, 100'000U}) {
    testing::expect_same_however_cut(text, [&](const testing::Play& play) {
      BlockChecksumSink sink(block_bytes);
      EXPECT_TRUE(play(sink));
      return sink.value().blocks;
    });
  }
}

TEST(BlockChecksumSinkDeathTest, HasNoValueBeforeItIsFinished) {
  const BlockChecksumSink sink;
  EXPECT_DEATH((void)sink.value(), "invariant broken");
}

}  // namespace
}  // namespace argot::digest
