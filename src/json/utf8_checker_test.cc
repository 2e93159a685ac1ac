#include "json/utf8_checker.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "base/text.h"

namespace argot::json {
namespace {

bool is_utf8_cut_at(std::string_view text, std::size_t first, std::size_t second) {
  Utf8Checker checker;
  checker.write(text.substr(0, first));
  checker.write(text.substr(first, second - first));
  checker.write(text.substr(second));
  return checker.is_utf8();
}

// What base says of the whole is what we say of every cutting into three.
void expect_same_as_base(std::string_view text) {
  const bool expected = is_utf8(text);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      ASSERT_EQ(is_utf8_cut_at(text, first, second), expected)
          << to_hex(as_bytes(text)) << " cut at " << first << " and " << second;
    }
  }
}

TEST(Utf8Checker, AgreesWithBaseHoweverCut) {
  for (const std::string_view text : {"",
                                      "plain",
                                      "\xC3\xA9",
                                      "\xE4\xBD\xA0\xE5\xA5\xBD",
                                      "a\xF0\x9F\x98\x80z",
                                      "\xED\x9F\xBF",
                                      "\xF4\x8F\xBF\xBF",
                                      "\x80",
                                      "\xC0\xAF",
                                      "\xE0\x80\xAF",
                                      "\xED\xA0\x80",
                                      "\xF0\x80\x80\xAF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "a\xE4\xBD",
                                      "\xC3",
                                      "\xF0\x9F\x98",
                                      "\xE4\xBDz",
                                      "\xC3\xC3\xA9",
                                      "\xF0\x9F\x98\x80\x80",
                                      "\xF8\x88\x80\x80\x80"}) {
    expect_same_as_base(text);
  }
}

TEST(Utf8Checker, AgreesWithBaseOnRandomBytes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string_view> pieces = {"a",    "\x80",     "\xBF",     "\xC3",
                                                "\xE4", "\xF0\x9F", "\x98\x80", "\xE4\xBD\xA0",
                                                "\xED", "\xA0",     "\xF4",     "\x8F"};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (std::size_t piece = random() % 6; piece > 0; --piece) text += pieces[random() % 12];
    expect_same_as_base(text);
  }
}

TEST(Utf8Checker, NeedsTheEndOfACharacter) {
  Utf8Checker checker;
  EXPECT_TRUE(checker.is_utf8());
  checker.write("\xE4");
  EXPECT_FALSE(checker.is_utf8());
  checker.write("\xBD");
  EXPECT_FALSE(checker.is_utf8());
  checker.write("\xA0");
  EXPECT_TRUE(checker.is_utf8());
}

TEST(Utf8Checker, NeverForgetsABadByte) {
  Utf8Checker checker;
  checker.write("\xFFgood");
  checker.write(std::string(1000, 'a'));
  EXPECT_FALSE(checker.is_utf8());
}

}  // namespace
}  // namespace argot::json
