#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace argot {
namespace {

TEST(SystemRandom, FillsEveryByteOfALargeRequest) {
  SystemRandom random;
  // More than one call of the operating system gives at once without a chance to be interrupted.
  std::vector<std::byte> bytes(1'000'000);
  random.fill(bytes);
  std::array<int, 256> counts{};
  for (const std::byte byte : bytes) ++counts.at(std::to_integer<std::size_t>(byte));
  // Each value is expected 3,906 times; 12 standard deviations are 750.
  EXPECT_GT(*std::ranges::min_element(counts), 3'150);
  EXPECT_LT(*std::ranges::max_element(counts), 4'660);
}

TEST(SystemRandom, NeverGivesTheSameTwice) {
  SystemRandom random;
  std::array<std::byte, 32> first{};
  std::array<std::byte, 32> second{};
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
}

}  // namespace
}  // namespace argot
