#include "json/tokens.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "json/reader.h"

namespace argot::json {
namespace {

// Whatever lies behind the text.
bool are_good_escapes(std::string_view text) {
  const auto answer = [&](std::string_view behind) {
    std::string padded(text);
    while (padded.size() < text.size() + escape_padding_bytes) padded += behind;
    return has_good_escapes(std::string_view(padded).substr(0, text.size()));
  };
  const bool is_good = answer("0");
  EXPECT_EQ(answer("n"), is_good) << text;
  EXPECT_EQ(answer("\\"), is_good) << text;
  EXPECT_EQ(answer("\\uDC00"), is_good) << text;
  return is_good;
}

TEST(Tokens, NumbersFollowTheGrammarAtAnySize) {
  for (const std::string_view good :
       {"0", "-0", "7", "-7", "10", "1234567890", "0.0", "-0.10", "1.5", "10.01", "0e0", "1e1",
        "1E1", "1e+1", "1e-1", "1.5e007", "-0.0E-0", "123456789012345678901234567890",
        "1e999999"}) {
    EXPECT_TRUE(is_number(good)) << good;
  }
  const std::string long_number(100'000, '9');
  EXPECT_TRUE(is_number(long_number));
  EXPECT_TRUE(is_number("-" + long_number + "." + long_number + "e-" + long_number));
}

TEST(Tokens, NothingElseIsANumber) {
  for (const std::string_view bad :
       {"",      " ",     "-",    "+1",   "--1",   "- 1",  "01",    "-01",   "00",          ".5",
        "-.5",   "1.",    "-1.",  "1..2", "1.2.3", "1.e1", "1e",    "1E",    "1e+",         "1e-",
        "1e+-1", "1e1.5", "1e1e", "1 ",   " 1",    "1,",   "0x1F",  "1_000", "1f",          "NaN",
        "null",  "\"1\"", "1\"",  "1\\",  "inf",   "1e 5", "1 2",   "1}",    "0-",          "0.-1",
        "1a",    "e1",    "-e1",  "0e",   "0.e",   "1+1",  "0.1e+", "1.0e",  "\xEF\xBC\x91"}) {
    EXPECT_FALSE(is_number(bad)) << bad;
  }
  EXPECT_FALSE(is_number(std::string_view("1\0", 2)));
  EXPECT_FALSE(is_number(std::string(100'000, '9') + "x"));
}

TEST(Tokens, EveryEscapeOfTheGrammarIsGood) {
  for (const std::string_view good :
       {"", "plain", R"(\")", R"(\\)", R"(\/)", R"(\b\f\n\r\t)", R"(\u0000)", R"(a\u00e9b)",
        R"(\uD800\uDC00)", R"(\udbff\udfff)", R"(\ud7ff\ue000)", R"(\\u12)", R"(\\\\\")",
        R"(\ud83d\ude00\ud83d\ude00)", "\xE4\xBD\xA0\\n"}) {
    EXPECT_TRUE(are_good_escapes(good)) << good;
  }
}

TEST(Tokens, AnEscapeThatIsUnknownCutShortOrHalfAPairIsBad) {
  for (const std::string_view bad : {R"(\)",
                                     R"(\\\)",
                                     R"(a\)",
                                     R"(\a)",
                                     R"(\x41)",
                                     R"(\')",
                                     R"(\0)",
                                     R"(\U0041)",
                                     R"(\N)",
                                     R"(\u)",
                                     R"(\u1)",
                                     R"(\u12)",
                                     R"(\u123)",
                                     R"(\u123g)",
                                     R"(\ug123)",
                                     R"(\u 123)",
                                     R"(\u+123)",
                                     R"(\uD800)",
                                     R"(\uD800a)",
                                     R"(\uD800\n)",
                                     R"(\uD800\u)",
                                     R"(\uD800\uDC0)",
                                     R"(\uD800\uDC+0)",
                                     R"(\uD800\u0041)",
                                     R"(\uD800\uD800)",
                                     R"(\uD800\\uDC00)",
                                     R"(\uDC00)",
                                     R"(\uDC00\uD800)",
                                     R"(\uD800\uDC00\uDC00)",
                                     R"(\uDBFF\uE000)",
                                     R"(\uD800 \uDC00)",
                                     "\\\xC3\xA9",
                                     R"(good\n then bad\q)",
                                     R"(\u00)"}) {
    EXPECT_FALSE(are_good_escapes(bad)) << bad;
  }
  EXPECT_FALSE(are_good_escapes(std::string_view("\\\0", 2)));
  EXPECT_FALSE(
      are_good_escapes(std::string_view("\\u00\0"
                                        "0",
                                        6)));
}

TEST(Tokens, ABadEscapeIsFoundAtEveryDistance) {
  for (std::size_t before = 0; before <= 150; ++before) {
    for (const std::size_t behind : {0U, 1U, 7U, 8U, 63U, 64U, 65U}) {
      const std::string left(before, 'x');
      const std::string right(behind, 'y');
      EXPECT_FALSE(are_good_escapes(left + R"(\q)" + right)) << before << " " << behind;
      EXPECT_FALSE(are_good_escapes(left + R"(\n)" + left + R"(\q)" + right)) << before;
      EXPECT_TRUE(are_good_escapes(left + R"(\n)" + right)) << before << " " << behind;
      EXPECT_EQ(unescaped(left + R"(\t)" + right), left + "\t" + right);
    }
  }
}

// The search for backslashes compares many bytes at once: bytes that differ from a backslash in
// one bit, and those around zero, must not be taken for one.
TEST(Tokens, NoOtherByteIsTakenForABackslash) {
  for (int byte = 0; byte < 256; ++byte) {
    if (byte == '\\') continue;
    const std::string text(24, static_cast<char>(byte));
    EXPECT_TRUE(are_good_escapes(text)) << byte;
    EXPECT_EQ(unescaped(text), text) << byte;
    EXPECT_EQ(unescaped(text + R"(\\)" + text), text + "\\" + text) << byte;
  }
}

TEST(Tokens, EscapesMeanWhatTheGrammarSays) {
  EXPECT_EQ(unescaped(""), "");
  EXPECT_EQ(unescaped("plain"), "plain");
  EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(unescaped(R"(\u0041\u00e9\u4F60)"), "A\xC3\xA9\xE4\xBD\xA0");
  EXPECT_EQ(unescaped(R"(\uD83D\uDE00)"), "\xF0\x9F\x98\x80");
  EXPECT_EQ(unescaped(R"(\uDBFF\uDFFF)"), "\xF4\x8F\xBF\xBF");
  EXPECT_EQ(unescaped(R"(\u0000)"), std::string(1, '\0'));
  EXPECT_EQ(unescaped(R"(\\u0041)"), R"(\u0041)");
  EXPECT_EQ(unescaped(R"(\\\\n)"), R"(\\n)");
}

// What json::parse says, which was written independently.
TEST(Tokens, AgreeWithTheReaderOfBodiesOnRandomStrings) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr auto pieces = std::to_array<std::string_view>(
      {"a", "xyz", R"(\n)", R"(\\)", R"(\")", R"(\u00e9)", R"(\ud83d\ude00)", R"(\ud83d)",
       R"(\ude00)", R"(\q)", R"(\u12)", "12345678", R"(\/)", "\xC3\xA9"});
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t piece = random() % 12; piece > 0; --piece) {
      text += pieces.at(random() % pieces.size());
    }
    const auto value = parse("\"" + text + "\"");
    ASSERT_EQ(are_good_escapes(text), value.has_value()) << text;
    if (value) {
      ASSERT_EQ(unescaped(text), *value->string()) << text;
    }
  }
}

}  // namespace
}  // namespace argot::json
