#include "documents/charset.h"

#include <gtest/gtest.h>

#include <string>

#include "documents/test_text.h"
#include "tests/support/recut.h"

namespace argot::documents {
namespace {

using std::string_literals::operator""s;

TEST(CharsetOf, TheMarkCountsMost) {
  EXPECT_EQ(charset_of("\xEF\xBB\xBF<meta charset=koi8-r>").charset, "UTF-8");
  EXPECT_EQ(charset_of("\xEF\xBB\xBFx").mark_bytes, 3U);
  EXPECT_EQ(charset_of("\xFF\xFE<\0"s).charset, "UTF-16LE");
  EXPECT_EQ(charset_of("\xFE\xFF\0<"s).charset, "UTF-16BE");
  EXPECT_EQ(charset_of("\xFE\xFF\0<"s).mark_bytes, 2U);
}

TEST(CharsetOf, AMetaElementNamesIt) {
  EXPECT_EQ(charset_of("<html><META CharSet='KOI8-R'>").charset, "KOI8-R");
  EXPECT_EQ(charset_of("<meta charset=windows-1251/>").charset, "WINDOWS-1251");
  EXPECT_EQ(charset_of("<meta http-equiv=\"Content-Type\" "
                       "content=\"text/html; charset = shift_jis\">")
                .charset,
            "CP932");
  EXPECT_EQ(charset_of("<meta charset content='charset=big5'>").charset, "BIG5-HKSCS");
  EXPECT_EQ(charset_of("<meta name=a><meta charset=\"iso-8859-1\">").charset, "WINDOWS-1252");
}

TEST(CharsetOf, EverythingElseIsUtf8) {
  for (const char* head :
       {"", "plain", "<meta", "<meta charset=", "<meta charset=utf-8>", "<meta charset=utf-16>",
        "<meta charset=klingon>", "<!-- > <meta charset=koi8-r> -->x", "<p charset=koi8-r>",
        "<meta charset>", "<<<<"}) {
    EXPECT_EQ(charset_of(head).charset, "UTF-8") << head;
    EXPECT_EQ(charset_of(head).mark_bytes, 0U) << head;
  }
  const std::string late = std::string(charset_head_bytes, ' ') + "<meta charset=koi8-r>";
  EXPECT_EQ(charset_of(late).charset, "UTF-8");
}

std::string decoded(std::string_view charset, std::string_view bytes) {
  const Charsets charsets;
  void* const converter = charsets.converter(charset);
  if (converter == nullptr) return "no converter";
  std::string whole;
  argot::testing::expect_same_however_cut(bytes, [&](const argot::testing::Play& play) {
    TextSink out;
    CharsetDecoder decoder(converter, out);
    EXPECT_TRUE(play(decoder));
    return whole = out.text;
  });
  return whole;
}

TEST(CharsetDecoder, TextBecomesUtf8HoweverItIsCut) {
  EXPECT_EQ(decoded("WINDOWS-1252", "caf\xE9 \x80"), "caf\xC3\xA9 \xE2\x82\xAC");
  EXPECT_EQ(decoded("CP932", "\x93\xFA\x96\x7B"), "\xE6\x97\xA5\xE6\x9C\xAC");
  EXPECT_EQ(decoded("UTF-16LE", "a\0\x3D\xD8\0\xDE"s), "a\xF0\x9F\x98\x80");
  EXPECT_EQ(decoded("UTF-16BE", "\0a\xD8\x3D\xDE\0"s), "a\xF0\x9F\x98\x80");
  EXPECT_EQ(decoded("GB18030", "\xC4\xE3"), "\xE4\xBD\xA0");
}

TEST(CharsetDecoder, WhatIsNoCharacterIsReplaced) {
  EXPECT_EQ(decoded("WINDOWS-1252", "a\x81z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(decoded("CP932", "a\x93"), "a\xEF\xBF\xBD");
  EXPECT_EQ(decoded("UTF-16LE", "a\0b"s), "a\xEF\xBF\xBD");
}

TEST(Charsets, EveryOneThatIsNamedIsThere) {
  const Charsets charsets;
  for (const char* charset :
       {"BIG5-HKSCS",   "CP932",        "CP949",        "EUC-JP",       "GB18030",
        "ISO-8859-15",  "ISO-8859-2",   "ISO-8859-5",   "ISO-8859-7",   "KOI8-R",
        "KOI8-U",       "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253",
        "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257", "WINDOWS-1258",
        "UTF-16LE",     "UTF-16BE"}) {
    EXPECT_NE(charsets.converter(charset), nullptr) << charset;
  }
  EXPECT_EQ(charsets.converter("UTF-8"), nullptr);
  EXPECT_EQ(charsets.converter("klingon"), nullptr);
}

}  // namespace
}  // namespace argot::documents
