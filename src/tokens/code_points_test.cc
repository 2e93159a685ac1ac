#include "tokens/code_points.h"

#include <gtest/gtest.h>

#include <vector>

namespace argot::tokens {
namespace {

CodePoint read(std::string_view text) {
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  return read_code_point(begin, begin + text.size());
}

TEST(CodePoints, HaveTheirClasses) {
  EXPECT_EQ(read("a").classes, letter_class | lower_class);
  EXPECT_EQ(read("\u01c5").classes, letter_class | upper_class) << "a title case letter";
  EXPECT_EQ(read("\u02b0").classes, letter_class | upper_class | lower_class) << "a modifier";
  EXPECT_EQ(read("\u4e2d").classes, letter_class | upper_class | lower_class);
  EXPECT_EQ(read("\u0301").classes, upper_class | lower_class) << "a mark";
  EXPECT_EQ(read("\u0663").classes, number_class);
  EXPECT_EQ(read("\u2167").classes, number_class) << "a Roman number";
  EXPECT_EQ(read("\u3000").classes, space_class);
  EXPECT_EQ(read("\u0085").classes, space_class);
  EXPECT_EQ(read("\ufeff").classes, 0U) << "not White_Space";
  EXPECT_EQ(read("\u200b").classes, 0U);
  EXPECT_EQ(read("\U0001f600").classes, 0U);
  EXPECT_EQ(read("\U000105c0").classes, letter_class | upper_class | lower_class) << "new in 16";
  EXPECT_EQ(read("\U00010940").classes, 0U) << "new in 17";
}

TEST(CodePoints, AsciiIsAsTheTableHasIt) {
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const unsigned newline = byte == '\n' || byte == '\r' ? newline_class : 0;
    EXPECT_EQ(ascii_classes[byte], classes_of(byte) | newline) << byte;
  }
}

std::string encoded(std::uint32_t code_point) {
  const auto continuation = [&](unsigned shift) {
    return static_cast<char>(0x80U | (code_point >> shift & 63U));
  };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800) return {static_cast<char>(0xC0U | code_point >> 6U), continuation(0)};
  if (code_point < 0x10000) {
    return {static_cast<char>(0xE0U | code_point >> 12U), continuation(6), continuation(0)};
  }
  return {static_cast<char>(0xF0U | code_point >> 18U), continuation(12), continuation(6),
          continuation(0)};
}

TEST(CodePoints, AllAreReadWhole) {
  for (std::uint32_t code_point = 0x80; code_point < 0x110000; ++code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    const std::string text = encoded(code_point);
    const CodePoint found = read(text + "x");
    ASSERT_EQ(found.bytes, text.size()) << code_point;
    ASSERT_EQ(found.classes, classes_of(code_point)) << code_point;
    const CodePoint cut = read(std::string_view(text).substr(0, text.size() - 1));
    ASSERT_EQ(cut.classes, broken_class | cut_class) << code_point;
    ASSERT_EQ(cut.bytes, text.size() - 1) << code_point;
  }
}

// Unicode 16, table 3-8 and its neighbours: one U+FFFD for each maximal part of a code point.
TEST(CodePoints, WhatIsNotUtf8IsReplacedPartByPart) {
  const auto replaced = [](std::string_view text) {
    std::string target;
    append_as_utf8(target, text);
    return target;
  };
  EXPECT_EQ(replaced("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
  EXPECT_EQ(replaced("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(replaced("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(replaced("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA\uFFFD\uFFFDB");
  EXPECT_EQ(replaced("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(replaced("plain \u00e9"), "plain \u00e9");
}

}  // namespace
}  // namespace argot::tokens
