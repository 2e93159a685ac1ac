#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace argot {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(Hex, GoesThereAndBack) {
  const std::array<std::byte, 3> bytes = {std::byte{0x00}, std::byte{0x9F}, std::byte{0xFE}};
  EXPECT_EQ(to_hex(bytes), "009ffe");
  std::array<std::byte, 3> back{};
  EXPECT_TRUE(parse_hex("009FfE", back));
  EXPECT_EQ(back, bytes);
  EXPECT_FALSE(parse_hex("009ff", back));
  EXPECT_FALSE(parse_hex("009ffg", back));
}

TEST(Utf8, AcceptsWhatTheStandardAllows) {
  for (const std::string_view good :
       {"", "plain", "\xC3\xA9", "\xE4\xBD\xA0\xE5\xA5\xBD", "\xF0\x9F\x98\x80", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << to_hex(as_bytes(good));
  }
}

TEST(Utf8, LooksAtEachByteWhereverItStands) {
  for (std::size_t size = 1; size <= 24; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      std::string text(size, 'a');
      EXPECT_TRUE(is_utf8(text));
      text[place] = '\xE9';
      EXPECT_FALSE(is_utf8(text)) << place << " of " << size;
      text.replace(place, 1, "\u00E9");
      EXPECT_TRUE(is_utf8(text)) << place << " of " << size;
    }
  }
}

TEST(Utf8, RefusesOverlongSurrogateAndCutOffForms) {
  for (const std::string_view bad :
       {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xED\xBF\xBF",
        "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "a\xE4\xBD", "\xC3"}) {
    EXPECT_FALSE(is_utf8(bad)) << to_hex(as_bytes(bad));
  }
}

TEST(Decimal, TakesDigitsOnly) {
  EXPECT_EQ(parse_decimal("0"), 0U);
  EXPECT_EQ(parse_decimal("18446744073709551615"), 18446744073709551615U);
  for (const std::string_view bad :
       {"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "18446744073709551616"}) {
    EXPECT_EQ(parse_decimal(bad), std::nullopt) << bad;
  }
}

TEST(HumanBytes, UsesTheLargestExactUnit) {
  EXPECT_EQ(human_bytes(0), "0 bytes");
  EXPECT_EQ(human_bytes(1), "1 byte");
  EXPECT_EQ(human_bytes(1001), "1001 bytes");
  EXPECT_EQ(human_bytes(1536), "1.5 KB");
  EXPECT_EQ(human_bytes(100_GiB), "100 GB");
  EXPECT_EQ(human_bytes(512_MiB), "512 MB");
  EXPECT_EQ(human_bytes(512_MiB + 1), "536870913 bytes");
  EXPECT_EQ(human_bytes(2560_GiB), "2.5 TB");
}

TEST(HumanBytes, AreReadBackAsPeopleWriteThem) {
  EXPECT_EQ(parse_human_bytes("1000"), 1000U);
  EXPECT_EQ(parse_human_bytes("512MB"), 512_MiB);
  EXPECT_EQ(parse_human_bytes("512 MiB"), 512_MiB);
  EXPECT_EQ(parse_human_bytes("100 gb"), 100_GiB);
  EXPECT_EQ(parse_human_bytes("1.5K"), 1536U);
  EXPECT_EQ(parse_human_bytes("2.5TB"), 2560_GiB);
  for (const std::string_view bad :
       {"", "MB", "-1", "1.2.3MB", "1QB", "1.", "99999999999TB", "0.0001KB", "1.3B"}) {
    EXPECT_EQ(parse_human_bytes(bad), std::nullopt) << bad;
  }
}

TEST(JsonString, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(json_string("plain"), "\"plain\"");
  EXPECT_EQ(json_string("a\"b\\c\n\r\t\x01\x1F\x7F"), "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f\x7F\"");
  // Wherever it stands among those that need no escape.
  for (std::size_t before = 0; before < 20; ++before) {
    for (int byte = 0; byte < 0x80; ++byte) {
      const std::string left(before, '~');
      const std::string right(20 - before, ' ');
      const std::string text = left + static_cast<char>(byte) + right;
      std::string escaped(1, static_cast<char>(byte));
      if (byte == '"' || byte == '\\') escaped.insert(0, 1, '\\');
      if (byte < 0x20) {
        escaped = json_string(escaped).substr(1);
        escaped.pop_back();
      }
      EXPECT_EQ(json_string(text), "\"" + left + escaped + right + "\"") << byte;
    }
  }
  EXPECT_EQ(json_string("\xE4\xBD\xA0.txt"), "\"\xE4\xBD\xA0.txt\"");
}

TEST(JsonString, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(json_string("a\xFF"
                        "b"),
            "\"a\xEF\xBF\xBD"
            "b\"");
  EXPECT_EQ(json_string("\xE4\xBD"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Case, IsAsciiOnly) {
  EXPECT_EQ(to_lower("Content-TYPE"), "content-type");
  EXPECT_TRUE(equals_ignoring_case("Host", "hOST"));
  EXPECT_FALSE(equals_ignoring_case("Host", "Hosts"));
  EXPECT_FALSE(equals_ignoring_case("\xC3\x89", "\xC3\xA9"));
}

TEST(Text, AppendsUtf8OfEveryLength) {
  std::string out;
  for (const char32_t character :
       {U'\0', U'\x7F', U'\x80', U'\u07FF', U'\u0800', U'\uFFFD', U'\U00010000', U'\U0010FFFF'}) {
    append_utf8(out, character);
  }
  EXPECT_EQ(out, std::string("\0\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBD"
                             "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
                             20));
  EXPECT_TRUE(is_utf8(out));
}

}  // namespace
}  // namespace argot
