#include "tokens/encoding.h"

#include <gtest/gtest.h>

namespace argot::tokens {
namespace {

TEST(Encoding, NamesAreThoseOfTheReference) {
  EXPECT_EQ(parse_encoding("o200k_base"), Encoding::o200k_base);
  EXPECT_EQ(parse_encoding("cl100k_base"), Encoding::cl100k_base);
  EXPECT_EQ(parse_encoding("O200K_BASE"), std::nullopt);
  EXPECT_EQ(parse_encoding(""), std::nullopt);
  EXPECT_EQ(text_of(Encoding::cl100k_base), "cl100k_base");
}

}  // namespace
}  // namespace argot::tokens
