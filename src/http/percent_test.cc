#include "http/percent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace argot::http {
namespace {

TEST(Percent, EveryByteComesBack) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    EXPECT_EQ(decode_percent(encode_percent(text)), text) << byte;
  }
}

TEST(Percent, OnlyAttributeCharactersStandForThemselves) {
  const std::string plain = "azAZ09!#$&+-.^_`|~";
  EXPECT_EQ(encode_percent(plain), plain);
  EXPECT_EQ(encode_percent(" '()*,/:;<=>?@[]{}\"\\%"),
            "%20%27%28%29%2A%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5D%7B%7D%22%5C%25");
}

TEST(Percent, TwoDigitsOfEitherCaseFollow) {
  EXPECT_EQ(decode_percent("%4a%4A"), "JJ");
  EXPECT_EQ(decode_percent("%2541"), "%41");
  for (const char* text : {"%", "%4", "a%", "a%4", "%4g", "%g4", "% 4", "%%", "%-1"}) {
    EXPECT_FALSE(decode_percent(text)) << text;
  }
}

}  // namespace
}  // namespace argot::http
