#include "json/string_scan.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "json/reader.h"
#include "json/tokens.h"

namespace argot::json {
namespace {

// Whatever lies behind the text.
bool are_good_escapes(std::string_view text) {
  const auto answer = [&](std::string_view behind) {
    std::string padded(text);
    while (padded.size() < text.size() + string_padding_bytes) padded += behind;
    const std::string_view shown = std::string_view(padded).substr(0, text.size());
    const bool is_good = has_good_escapes(shown);
    for (const StringScan& scan : string_scans()) {
      EXPECT_EQ(scan.has_good_escapes(shown), is_good) << scan.name << ": " << text;
    }
    return is_good;
  };
  const bool is_good = answer("0");
  EXPECT_EQ(answer("n"), is_good) << text;
  EXPECT_EQ(answer("\\"), is_good) << text;
  EXPECT_EQ(answer("\\uDC00"), is_good) << text;
  return is_good;
}

TEST(StringScan, EveryEscapeOfTheGrammarIsGood) {
  for (const std::string_view good :
       {"", "plain", R"(\")", R"(\\)", R"(\/)", R"(\b\f\n\r\t)", R"(\u0000)", R"(a\u00e9b)",
        R"(\uD800\uDC00)", R"(\udbff\udfff)", R"(\ud7ff\ue000)", R"(\\u12)", R"(\\\\\")",
        R"(\ud83d\ude00\ud83d\ude00)", "\xE4\xBD\xA0\\n"}) {
    EXPECT_TRUE(are_good_escapes(good)) << good;
  }
}

TEST(StringScan, AnEscapeThatIsUnknownCutShortOrHalfAPairIsBad) {
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

// Where the string that `text` begins ends, if it does: whatever lies behind its line.
std::size_t string_bytes(std::string_view text) {
  const auto answer = [&](std::string_view behind) {
    std::string padded = std::string(text) + "\n";
    while (padded.size() < text.size() + string_padding_bytes) padded += behind;
    padded.resize(text.size() + string_padding_bytes);
    // A copy that ends where it may be read to, so that a sanitizer sees any read beyond.
    const std::vector<char> exact(padded.begin(), padded.end());
    bool is_ascii = true;
    const char* const quote = find_string_end(exact.data(), is_ascii);
    for (const StringScan& scan : string_scans()) {
      bool twin_is_ascii = true;
      EXPECT_EQ(scan.find_string_end(exact.data(), twin_is_ascii), quote) << scan.name << text;
      if (quote != nullptr) {
        EXPECT_EQ(twin_is_ascii, is_ascii) << scan.name << ": " << text;
      }
    }
    return quote == nullptr ? std::string::npos : static_cast<std::size_t>(quote - exact.data());
  };
  const std::size_t bytes = answer("0");
  EXPECT_EQ(answer("\""), bytes) << text;
  EXPECT_EQ(answer("\\"), bytes) << text;
  EXPECT_EQ(answer("\\uDC00"), bytes) << text;
  return bytes;
}

constexpr std::size_t nowhere = std::string::npos;

TEST(StringScan, AStringEndsAtTheFirstQuoteThatIsNotEscaped) {
  EXPECT_EQ(string_bytes(R"(")"), 0U);
  EXPECT_EQ(string_bytes(R"(a"b")"), 1U);
  EXPECT_EQ(string_bytes(R"(\\"b")"), 2U);
  EXPECT_EQ(string_bytes(R"(\"b")"), 3U);
  EXPECT_EQ(string_bytes(R"(\\\\\""\q)"), 6U);
  EXPECT_EQ(string_bytes(R"(\uD83D\uDE00"\q)"), 12U);
  EXPECT_EQ(string_bytes(""), nowhere);
  EXPECT_EQ(string_bytes("a"), nowhere);
  EXPECT_EQ(string_bytes(R"(a\")"), nowhere);
  EXPECT_EQ(string_bytes("a\tb\""), nowhere);
  EXPECT_EQ(string_bytes(R"(\q")"), nowhere);
  EXPECT_EQ(string_bytes(R"(\u00")"), nowhere);
  EXPECT_EQ(string_bytes(R"(\uDE00")"), nowhere);
  EXPECT_EQ(string_bytes(R"(\uD83D\uDE00\uDE00")"), nowhere);
}

TEST(StringScan, AStringEndsAtEveryDistance) {
  for (std::size_t before = 0; before <= 150; ++before) {
    const std::string left(before, 'x');
    for (const std::string_view escape : {"", R"(\n)", R"(\")", R"(\\)", R"(\\\")", R"(\u0022)",
                                          R"(\uD83D\uDE00)", R"(\u00e9\")"}) {
      const std::string text = left + std::string(escape);
      EXPECT_EQ(string_bytes(text + "\""), text.size()) << text;
      EXPECT_EQ(string_bytes(text + left + "\""), text.size() + before) << text;
      EXPECT_EQ(string_bytes(text), nowhere) << text;
      EXPECT_EQ(string_bytes(text + "\x1F\""), nowhere) << text;
      EXPECT_EQ(string_bytes(text + "\\q\""), nowhere) << text;
      EXPECT_EQ(string_bytes(text + "\\uDE00\""), nowhere) << text;
    }
  }
}

TEST(StringScan, OnlyAsciiIsSaidToBeAscii) {
  std::string padded(string_padding_bytes, '\n');
  for (std::size_t place = 0; place < 200; ++place) {
    const std::string before(place, 'x');
    for (const StringScan& scan : string_scans()) {
      bool is_ascii = true;
      EXPECT_NE(scan.find_string_end((before + "\x7F\"" + padded).data(), is_ascii), nullptr);
      EXPECT_TRUE(is_ascii) << scan.name;
      EXPECT_NE(scan.find_string_end((before + "\x80\"" + padded).data(), is_ascii), nullptr);
      EXPECT_FALSE(is_ascii) << scan.name;
      EXPECT_NE(scan.find_string_end(("\"" + padded).data(), is_ascii), nullptr);
      EXPECT_FALSE(is_ascii) << scan.name;
    }
  }
}

TEST(StringScan, ABadEscapeIsFoundAtEveryDistance) {
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

// A half must have its other half right behind it, also where both are at the edges of blocks.
TEST(StringScan, AHalfOfAPairIsFoundAtEveryDistance) {
  for (std::size_t before = 0; before <= 150; ++before) {
    const std::string left(before, 'x');
    EXPECT_FALSE(are_good_escapes(left + R"(\uD83D)")) << before;
    EXPECT_EQ(string_bytes(left + R"(\uD83D")"), nowhere) << before;
    for (const std::size_t between : {1U, 58U, 64U, 128U}) {
      const std::string text = left + R"(\uD83D)" + std::string(between, 'x') + R"(\uDE00)";
      EXPECT_FALSE(are_good_escapes(text)) << before << " " << between;
      EXPECT_EQ(string_bytes(text + "\""), nowhere) << before << " " << between;
    }
  }
}

// What json::parse says, in each of the ways. What it refuses everywhere is nothing special in an
// escape, like an x.
TEST(StringScan, EveryByteOfAnEscapeIsLookedAt) {
  for (const std::string_view good :
       {R"(\n)", R"(\u00e9)", R"(\uD83D\uDE00)", R"(\udbff\udfff\\)"}) {
    for (std::size_t before = 50; before < 66; ++before) {
      for (std::size_t place = 0; place < good.size(); ++place) {
        for (int byte = 0; byte < 256; ++byte) {
          if (byte == '"') continue;
          std::string text = std::string(before, 'x') + std::string(good);
          text[before + place] = byte < 0x20 || byte >= 0x80 ? 'x' : static_cast<char>(byte);
          const bool is_string = parse("\"" + text + "\"").has_value();
          text[before + place] = static_cast<char>(byte);
          ASSERT_EQ(are_good_escapes(text), is_string) << text;
        }
      }
    }
  }
}

// The search for backslashes compares many bytes at once: bytes that differ from a backslash in
// one bit, and those around zero, must not be taken for one.
TEST(StringScan, NoOtherByteIsTakenForABackslash) {
  for (int byte = 0; byte < 256; ++byte) {
    if (byte == '\\') continue;
    const std::string text(24, static_cast<char>(byte));
    EXPECT_TRUE(are_good_escapes(text)) << byte;
    EXPECT_EQ(unescaped(text), text) << byte;
    EXPECT_EQ(unescaped(text + R"(\\)" + text), text + "\\" + text) << byte;
  }
}

// What json::parse says, which was written independently.
TEST(StringScan, AgreeWithTheReaderOfBodiesOnRandomStrings) {
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
    const std::size_t first_quote = string_bytes(text + "\"");
    ASSERT_EQ(first_quote, value ? text.size() : nowhere) << text;
    if (value) {
      ASSERT_EQ(unescaped(text), *value->string()) << text;
    }
  }
}

}  // namespace
}  // namespace argot::json
