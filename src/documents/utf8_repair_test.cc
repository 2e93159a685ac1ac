#include "documents/utf8_repair.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text.h"
#include "documents/test_text.h"
#include "tests/support/recut.h"

namespace argot::documents {
namespace {

using std::string_literals::operator""s;

constexpr const char* question = "\xEF\xBF\xBD";

std::string repaired(std::string_view text, Utf8Repair::Nul nul = Utf8Repair::Nul::keep) {
  std::string whole;
  argot::testing::expect_same_however_cut(text, [&](const argot::testing::Play& play) {
    TextSink out;
    Utf8Repair repair(out, nul);
    EXPECT_TRUE(play(repair));
    return whole = out.text;
  });
  return whole;
}

TEST(Utf8Repair, GoodTextPassesAsItIs) {
  const std::string text =
      "plain, gr\xC3\xBC\xC3\x9F, \xE2\x82\xAC, \xF0\x9F\x98\x80, \xED\x9F\xBF.";
  EXPECT_EQ(repaired(text), text);
  EXPECT_EQ(repaired(""), "");
}

TEST(Utf8Repair, EachWrongByteBecomesOneReplacement) {
  EXPECT_EQ(repaired("a\xFFz"), "a"s + question + "z");
  EXPECT_EQ(repaired("\x80\x80"), ""s + question + question);
  EXPECT_EQ(repaired("\xC0\xAF"), ""s + question + question);
  // A surrogate: the first byte may not be followed by the second.
  EXPECT_EQ(repaired("\xED\xA0\x80"), ""s + question + question + question);
  EXPECT_EQ(repaired("\xF5\x80"), ""s + question + question);
}

TEST(Utf8Repair, CutCharactersBecomeOneReplacement) {
  EXPECT_EQ(repaired("\xE2\x82"), question);
  EXPECT_EQ(repaired("\xF0\x9F\x98z"), ""s + question + "z");
  EXPECT_EQ(repaired("\xE2\x82\xE2\x82\xAC"), ""s + question + "\xE2\x82\xAC");
}

TEST(Utf8Repair, NulIsReplacedOnlyWhereAsked) {
  EXPECT_EQ(repaired("a\0b"s), "a\0b"s);
  EXPECT_EQ(repaired("a\0b"s, Utf8Repair::Nul::replace), "a"s + question + "b");
  EXPECT_EQ(repaired("aaaaaaaaaaaa\0bbbbbbbbb"s, Utf8Repair::Nul::replace),
            "aaaaaaaaaaaa"s + question + "bbbbbbbbb");
}

TEST(Utf8Repair, WhateverComesInIsUtf8Afterwards) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string bytes = "az\x7F\x80\xBF\xC1\xC2\xDF\xE0\xA0\xED\x9F\xF0\x90\xF4\x8F\xFF";
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += bytes[random() % bytes.size()];
    const std::string out = repaired(text);
    EXPECT_TRUE(is_utf8(out)) << to_hex(as_bytes(text));
    if (is_utf8(text)) {
      EXPECT_EQ(out, text);
    }
  }
}

}  // namespace
}  // namespace argot::documents
