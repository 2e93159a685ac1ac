#include "http/range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace argot::http {
namespace {

constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();

// "offset+length", "whole" where the header is ignored, or "unsatisfiable".
std::string range_outcome(std::string_view value, std::uint64_t size) {
  const auto range = parse_range(value, size);
  if (!range) {
    EXPECT_EQ(range.error().code, ErrorCode::range_not_satisfiable);
    return "unsatisfiable";
  }
  if (!*range) return "whole";
  EXPECT_GT((*range)->length, 0U);
  EXPECT_LE((*range)->offset, size);
  EXPECT_LE((*range)->length, size - (*range)->offset);
  return std::to_string((*range)->offset) + "+" + std::to_string((*range)->length);
}

TEST(Range, OneRangeWithinTheContent) {
  EXPECT_EQ(range_outcome("bytes=0-4", 10), "0+5");
  EXPECT_EQ(range_outcome("bytes=0-0", 10), "0+1");
  EXPECT_EQ(range_outcome("bytes=9-9", 10), "9+1");
  EXPECT_EQ(range_outcome("bytes=2-", 10), "2+8");
  EXPECT_EQ(range_outcome("bytes=0-", 10), "0+10");
  EXPECT_EQ(range_outcome("bytes=-3", 10), "7+3");
  EXPECT_EQ(range_outcome("BYTES=1-2", 10), "1+2");
  EXPECT_EQ(range_outcome("bytes=0000-0004", 10), "0+5");
}

TEST(Range, EndBeyondTheContentIsItsEnd) {
  EXPECT_EQ(range_outcome("bytes=5-9", 10), "5+5");
  EXPECT_EQ(range_outcome("bytes=5-10", 10), "5+5");
  EXPECT_EQ(range_outcome("bytes=5-999999999", 10), "5+5");
  EXPECT_EQ(range_outcome("bytes=-10", 10), "0+10");
  EXPECT_EQ(range_outcome("bytes=-11", 10), "0+10");
}

TEST(Range, StartBeyondTheContentCannotBeSatisfied) {
  EXPECT_EQ(range_outcome("bytes=9-", 10), "9+1");
  EXPECT_EQ(range_outcome("bytes=10-", 10), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=10-20", 10), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=-0", 10), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=-00", 10), "unsatisfiable");
}

TEST(Range, EmptyContentHasNoPart) {
  EXPECT_EQ(range_outcome("bytes=0-", 0), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=0-0", 0), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=-0", 0), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=-5", 0), "whole");
}

TEST(Range, NumbersBeyondSixtyFourBitsAreJustLarge) {
  const std::vector<std::string> numbers{"9223372036854775807", "9223372036854775808",
                                         "18446744073709551615", "18446744073709551616",
                                         "99999999999999999999999999999999999999"};
  for (const std::string& number : numbers) {
    EXPECT_EQ(range_outcome("bytes=" + number + "-", 10), "unsatisfiable") << number;
    EXPECT_EQ(range_outcome("bytes=0-" + number, 10), "0+10") << number;
    EXPECT_EQ(range_outcome("bytes=3-" + number, 10), "3+7") << number;
    EXPECT_EQ(range_outcome("bytes=-" + number, 10), "0+10") << number;
    EXPECT_EQ(range_outcome("bytes=" + number + "-" + number, 10), "unsatisfiable") << number;
  }
  EXPECT_EQ(range_outcome("bytes=0-18446744073709551615", huge), "0+18446744073709551615");
  EXPECT_EQ(range_outcome("bytes=18446744073709551614-18446744073709551615", huge),
            "18446744073709551614+1");
  EXPECT_EQ(range_outcome("bytes=18446744073709551615-", huge), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=-18446744073709551615", huge), "0+18446744073709551615");
}

TEST(Range, WhatIsNoSingleByteRangeIsIgnored) {
  for (const std::string_view value : {"",
                                       "bytes",
                                       "bytes=",
                                       "bytes=-",
                                       "bytes=--5",
                                       "bytes=5",
                                       "bytes=a-b",
                                       "bytes=1-b",
                                       "bytes=a-1",
                                       "bytes=5-4",
                                       "bytes=0-4,6-8",
                                       "bytes=0-4,",
                                       "bytes=,0-4",
                                       "bytes=0-4, 6-8",
                                       "bytes=10-,0-1",
                                       "bytes 0-4",
                                       "bytes = 0-4",
                                       "bytes= 0-4",
                                       "bytes=0 -4",
                                       "bytes=0- 4",
                                       "bytes=0-4 ",
                                       "items=0-4",
                                       "byte=0-4",
                                       "bytes=+0-4",
                                       "bytes=0-+4",
                                       "bytes=-+4",
                                       "bytes=0x0-0x4",
                                       "bytes=0-4-6",
                                       "bytes=1.0-2",
                                       "bytes==0-4",
                                       "bytes=-1-2",
                                       "0-4",
                                       "=0-4",
                                       "bytes=0-4;q=1"}) {
    EXPECT_EQ(range_outcome(value, 10), "whole") << value;
    EXPECT_EQ(range_outcome(value, 0), "whole") << value;
  }
}

TEST(Range, ThousandsOfRangesAreIgnoredLikeTwo) {
  std::string value = "bytes=0-";
  for (int range = 0; range < 10'000; ++range) value += ",5-" + std::to_string(range);
  EXPECT_EQ(range_outcome(value, 10), "whole");
  EXPECT_EQ(range_outcome("bytes=" + std::string(100'000, '9') + "-", 10), "unsatisfiable");
  EXPECT_EQ(range_outcome("bytes=" + std::string(100'000, '-'), 10), "whole");
}

TEST(Range, RepliesNameTheRangeAndTheSize) {
  EXPECT_EQ(content_range({.offset = 0, .length = 500}, 1234), "bytes 0-499/1234");
  EXPECT_EQ(content_range({.offset = 1233, .length = 1}, 1234), "bytes 1233-1233/1234");
  EXPECT_EQ(unsatisfied_content_range(1234), "bytes */1234");
}

}  // namespace
}  // namespace argot::http
