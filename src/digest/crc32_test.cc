#include "digest/crc32.h"

#include <gtest/gtest.h>

namespace argot::digest {
namespace {

TEST(Crc32, GivesTheCheckValueOfTheCatalogues) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xCBF43926U);
}

TEST(Crc32, GivesTheValuesOfZip) {
  EXPECT_EQ(crc32({}), 0U);
  EXPECT_EQ(crc32(as_bytes("a")), 0xE8B7BE43U);
  EXPECT_EQ(crc32(as_bytes("The quick brown fox jumps over the lazy dog")), 0x414FA339U);
}

}  // namespace
}  // namespace argot::digest
