#include "fetch/message.h"

#include <gtest/gtest.h>

#include <array>

namespace argot::fetch {
namespace {

TEST(FindHeader, TakesTheFirstInAnyCase) {
  const Headers headers{{"a", "1"}, {"B", "2"}, {"A", "3"}};
  EXPECT_EQ(*find_header(headers, "A"), "1");
  EXPECT_EQ(*find_header(headers, "b"), "2");
  EXPECT_EQ(find_header(headers, "c"), nullptr);
}

TEST(BytesSource, GivesItsBytesAndRewinds) {
  BytesSource source(as_bytes("hello"));
  EXPECT_EQ(source.size(), 5U);
  std::array<std::byte, 3> room{};
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(source.read(room), 3U);
    EXPECT_EQ(as_text(room), "hel");
    EXPECT_EQ(source.read(room), 2U);
    EXPECT_EQ(as_text(Bytes(room).first(2)), "lo");
    EXPECT_EQ(source.read(room), 0U);
    EXPECT_TRUE(source.rewind());
  }
}

}  // namespace
}  // namespace argot::fetch
