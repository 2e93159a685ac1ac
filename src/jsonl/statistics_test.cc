#include "jsonl/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"

namespace argot::jsonl {
namespace {

TEST(Role, IsReadBackFromItsText) {
  for (std::size_t i = 0; i < role_count; ++i) {
    EXPECT_EQ(parse_role(text_of(static_cast<Role>(i))), static_cast<Role>(i));
  }
  for (const std::string_view text : {"", "User", "users", "use", "bot"}) {
    EXPECT_EQ(parse_role(text), std::nullopt) << text;
  }
}

TEST(SizeHistogram, OfNothingIsZero) {
  const SizeHistogram sizes;
  EXPECT_EQ(sizes.count(), 0U);
  EXPECT_EQ(sizes.min(), 0U);
  EXPECT_EQ(sizes.max(), 0U);
  EXPECT_EQ(sizes.mean(), 0U);
  EXPECT_EQ(sizes.percentile(0), 0U);
  EXPECT_EQ(sizes.percentile(50), 0U);
  EXPECT_EQ(sizes.percentile(100), 0U);
}

TEST(SizeHistogram, OfOneSizeIsThatSize) {
  for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{511},
                                    std::uint64_t{512}, std::uint64_t{513}, 16_MiB + 1, 100_GiB}) {
    SizeHistogram sizes;
    sizes.add(bytes);
    EXPECT_EQ(sizes.min(), bytes);
    EXPECT_EQ(sizes.max(), bytes);
    EXPECT_EQ(sizes.total(), bytes);
    for (const std::uint64_t percent : {0U, 1U, 50U, 99U, 100U}) {
      EXPECT_EQ(sizes.percentile(percent), bytes);
    }
  }
}

TEST(SizeHistogram, TheMeanIsRoundedDown) {
  SizeHistogram sizes;
  sizes.add(7);
  EXPECT_EQ(sizes.mean(), 7U);
  sizes.add(8);
  EXPECT_EQ(sizes.mean(), 7U);
  sizes.add(10);
  EXPECT_EQ(sizes.mean(), 8U);
}

TEST(SizeHistogram, RanksCountFromTheSmallest) {
  SizeHistogram sizes;
  for (std::uint64_t bytes = 10; bytes >= 1; --bytes) sizes.add(bytes * 10);
  EXPECT_EQ(sizes.min(), 10U);
  EXPECT_EQ(sizes.max(), 100U);
  EXPECT_EQ(sizes.percentile(10), 10U);
  EXPECT_EQ(sizes.percentile(11), 20U);
  EXPECT_EQ(sizes.percentile(50), 50U);
  EXPECT_EQ(sizes.percentile(51), 60U);
  EXPECT_EQ(sizes.percentile(90), 90U);
  EXPECT_EQ(sizes.percentile(99), 100U);
  EXPECT_EQ(sizes.percentile(100), 100U);
}

TEST(SizeHistogram, IsNearTheExactPercentileOfRandomSizes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    SizeHistogram sizes;
    std::vector<std::uint64_t> exact;
    const std::size_t count = 1 + random() % 500;
    const unsigned bits = 1 + static_cast<unsigned>(random() % 40);
    for (std::size_t i = 0; i < count; ++i) {
      exact.push_back(random() % (std::uint64_t{1} << bits));
      sizes.add(exact.back());
    }
    std::ranges::sort(exact);
    for (std::uint64_t percent = 1; percent <= 100; ++percent) {
      const std::uint64_t wanted = exact.at((count * percent + 99) / 100 - 1);
      const std::uint64_t told = sizes.percentile(percent);
      ASSERT_GE(told, wanted) << percent;
      ASSERT_LE(told, wanted < 512 ? wanted : wanted + wanted / 256) << percent;
      ASSERT_LE(told, sizes.max());
    }
  }
}

TEST(SizeHistogram, TakesTheLargestNumbers) {
  SizeHistogram sizes;
  sizes.add(std::numeric_limits<std::uint64_t>::max());
  sizes.add(0);
  EXPECT_EQ(sizes.percentile(50), 0U);
  EXPECT_EQ(sizes.percentile(100), std::numeric_limits<std::uint64_t>::max());
}

TEST(NameCounts, CountsEachNameUpToABound) {
  NameCounts names;
  for (std::size_t i = 0; i < limits::report_names_max; ++i) names.add(std::to_string(i));
  names.add("0");
  names.add("one more");
  names.add("one more");
  names.add("99");
  EXPECT_EQ(names.by_name().size(), limits::report_names_max);
  EXPECT_EQ(names.by_name().at("0"), 2U);
  EXPECT_EQ(names.by_name().at("99"), 2U);
  EXPECT_FALSE(names.by_name().contains("one more"));
  EXPECT_EQ(names.others(), 2U);
}

TEST(NameCounts, KeepsNoLongName) {
  NameCounts names;
  names.add(std::string(256, 'x'));
  names.add(std::string(257, 'x'));
  names.add(std::string(16_MiB, 'x'));
  EXPECT_EQ(names.by_name().size(), 1U);
  EXPECT_EQ(names.others(), 2U);
}

TEST(MessageCounts, AreAddedOneByOne) {
  MessageCounts all;
  MessageCounts one;
  for (std::size_t i = 0; i < role_count; ++i) one.roles.at(i) = i + 1;
  one.tools = 10;
  one.tool_calls = 20;
  all.add(one);
  all.add(one);
  for (std::size_t i = 0; i < role_count; ++i) EXPECT_EQ(all.roles.at(i), 2 * (i + 1));
  EXPECT_EQ(all.tools, 20U);
  EXPECT_EQ(all.tool_calls, 40U);
}

}  // namespace
}  // namespace argot::jsonl
