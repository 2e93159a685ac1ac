#include "digest/digest_values.h"

#include <gtest/gtest.h>

namespace argot::digest {
namespace {

TEST(Sha256Value, HexIsLowerCaseAndInOrder) {
  Sha256Value value;
  value.bytes[0] = std::byte{0x0A};
  value.bytes[31] = std::byte{0xF1};
  EXPECT_EQ(value.hex(), "0a" + std::string(60, '0') + "f1");
}

TEST(Sha256Value, ComesBackFromItsBytes) {
  Sha256Value value;
  for (std::size_t place = 0; place < value.bytes.size(); ++place) {
    value.bytes[place] = static_cast<std::byte>(place);
  }
  EXPECT_EQ(Sha256Value::from_bytes(value.bytes), value);
}

TEST(Sha256Value, BytesOfAnotherLengthAreRefused) {
  const std::array<std::byte, 33> bytes{};
  EXPECT_FALSE(Sha256Value::from_bytes(bytes));
  EXPECT_FALSE(Sha256Value::from_bytes(Bytes(bytes).first(31)));
  EXPECT_FALSE(Sha256Value::from_bytes({}));
  EXPECT_TRUE(Sha256Value::from_bytes(Bytes(bytes).first(32)));
}

TEST(BlockChecksums, ArePackedLeastSignificantByteFirst) {
  const BlockChecksums checksums{{0x04030201U, 0xFFFEFDFCU}};
  const std::vector<std::byte> expected{std::byte{0x01}, std::byte{0x02}, std::byte{0x03},
                                        std::byte{0x04}, std::byte{0xFC}, std::byte{0xFD},
                                        std::byte{0xFE}, std::byte{0xFF}};
  EXPECT_EQ(checksums.packed(), expected);
}

TEST(BlockChecksums, ComeBackFromTheirPackedForm) {
  const BlockChecksums checksums{{0U, 1U, 0x80000000U, 0xFFFFFFFFU}};
  EXPECT_EQ(BlockChecksums::from_packed(checksums.packed()), checksums);
  EXPECT_EQ(BlockChecksums::from_packed({}), BlockChecksums{});
}

TEST(BlockChecksums, AnOddNumberOfBytesIsRefused) {
  const std::array<std::byte, 7> bytes{};
  EXPECT_FALSE(BlockChecksums::from_packed(bytes));
  EXPECT_FALSE(BlockChecksums::from_packed(Bytes(bytes).first(1)));
}

}  // namespace
}  // namespace argot::digest
