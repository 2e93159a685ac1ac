#include "json/utf8_checker.h"

#include <gtest/gtest.h>

#include <array>
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

// The longest beginning that base calls UTF-8, found by trying all.
std::size_t slow_prefix(std::string_view text) {
  std::size_t bytes = text.size();
  while (!is_utf8(text.substr(0, bytes))) --bytes;
  return bytes;
}

TEST(Utf8Prefix, EndsBeforeTheFirstCharacterThatIsNone) {
  EXPECT_EQ(utf8_prefix_bytes(""), 0U);
  EXPECT_EQ(utf8_prefix_bytes("plain"), 5U);
  EXPECT_EQ(utf8_prefix_bytes("\xC3\xA9z"), 3U);
  EXPECT_EQ(utf8_prefix_bytes("\x80"), 0U);
  EXPECT_EQ(utf8_prefix_bytes("a\xC3"), 1U);
  EXPECT_EQ(utf8_prefix_bytes("a\xC3z"), 1U);
  EXPECT_EQ(utf8_prefix_bytes("a\xF0\x9F\x98"), 1U);
  EXPECT_EQ(utf8_prefix_bytes("\xC3\xA9\xED\xA0\x80z"), 2U);
  EXPECT_EQ(utf8_prefix_bytes("ab\xC0\xAF"), 2U);
  EXPECT_EQ(utf8_prefix_bytes("\xFF"), 0U);
}

TEST(Utf8Prefix, IsFoundAtEveryDistance) {
  for (const std::size_t before : {0U, 1U, 63U, 64U, 65U, 1'023U, 4'094U, 4'095U, 4'096U, 9'000U}) {
    for (const std::string_view letter : {"x", "\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"}) {
      std::string good(before % letter.size(), 'y');
      while (good.size() < before) good += letter;
      EXPECT_EQ(utf8_prefix_bytes(good), good.size());
      EXPECT_EQ(utf8_prefix_bytes(good + "\xFF"), good.size());
      EXPECT_EQ(utf8_prefix_bytes(good + "\xE4\xBD" + good), good.size());
      EXPECT_EQ(utf8_prefix_bytes(good + "\xA0" + good + good), good.size());
    }
  }
}

TEST(Utf8Prefix, AgreesWithBaseOnRandomBytes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr auto pieces =
      std::to_array<std::string_view>({"a", "\x80", "\xBF", "\xC3", "\xC3\xA9", "\xE4\xBD\xA0",
                                       "\xF0\x9F\x98\x80", "\xED\xA0", "\xF4", "\x8F", "abcdefgh"});
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::size_t piece = random() % 10; piece > 0; --piece) {
      text += pieces.at(random() % pieces.size());
    }
    ASSERT_EQ(utf8_prefix_bytes(text), slow_prefix(text)) << to_hex(as_bytes(text));
  }
}

}  // namespace
}  // namespace argot::json
