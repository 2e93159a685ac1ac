#include "tokens/text_decoder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/recut.h"

namespace argot::tokens {
namespace {

class Collected final : public Sink {
 public:
  Result<> write(Bytes chunk) override {
    text += as_text(chunk);
    return {};
  }
  Result<> finish() override {
    is_finished = true;
    return {};
  }

  std::string text;
  bool is_finished = false;
};

// However it is cut.
std::string decoded(std::string_view bytes) {
  std::string whole;
  testing::expect_same_however_cut(bytes, [&](const testing::Play& play) {
    Collected collected;
    TextDecoder decoder(collected);
    EXPECT_TRUE(play(decoder));
    EXPECT_TRUE(collected.is_finished);
    whole = collected.text;
    return collected.text;
  });
  return whole;
}

std::string utf16(std::u16string_view units, bool is_big) {
  std::string bytes;
  for (const char16_t unit : units) {
    const char high = static_cast<char>(unit >> 8U);
    const char low = static_cast<char>(unit & 255U);
    bytes += is_big ? std::string{high, low} : std::string{low, high};
  }
  return bytes;
}

TEST(TextDecoder, Utf8IsPassedOn) {
  for (const char* text :
       {"", "a", "ab", "\xFF", "\xFE", "\xFF\xFF", "\xEF\xBB\xBFx", "\xFE\xFE"}) {
    EXPECT_EQ(decoded(text), text);
  }
}

TEST(TextDecoder, Utf16IsDecodedInBothOrders) {
  for (const bool is_big : {false, true}) {
    EXPECT_EQ(decoded(utf16(u"\ufeffa\u00e9\u4e2d\U0001f600z\u07ff\u0800\uffff", is_big)),
              "\ufeffa\u00e9\u4e2d\U0001f600z\u07ff\u0800\uffff");
    EXPECT_EQ(decoded(utf16(u"\ufeff", is_big)), "\ufeff");
  }
}

TEST(TextDecoder, WhatIsNotUtf16IsAReplacementCharacter) {
  const auto units = [](std::initializer_list<char16_t> all) {
    return utf16(std::u16string(u"\ufeff") + std::u16string(all), false);
  };
  EXPECT_EQ(decoded(units({0xD83D, u'a'})), "\ufeff\ufffda");
  EXPECT_EQ(decoded(units({0xDE00, u'a'})), "\ufeff\ufffda");
  EXPECT_EQ(decoded(units({0xD83D, 0xD83D, 0xDE00})), "\ufeff\ufffd\U0001f600");
  EXPECT_EQ(decoded(units({u'a', 0xD83D})), "\ufeffa\ufffd");
  EXPECT_EQ(decoded(units({u'a'}) + "b"), "\ufeffa\ufffd");
}

// As with UTF-8 the mark is text, so both have as many tokens.
TEST(TextDecoder, LongTextComesInParts) {
  std::u16string text = u"\ufeff";
  for (int i = 0; i < 100'000; ++i) text += u'a';
  Collected collected;
  TextDecoder decoder(collected);
  ASSERT_TRUE(decoder.write(as_bytes(utf16(text, true))));
  ASSERT_TRUE(decoder.finish());
  EXPECT_EQ(collected.text, "\ufeff" + std::string(100'000, 'a'));
}

}  // namespace
}  // namespace argot::tokens
