#include "policy/content_kind.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "tests/support/recut.h"

namespace argot::policy {
namespace {

using namespace std::string_literals;

ContentKind kind_of(const std::string& content) {
  ContentKind kind = ContentKind::other;
  testing::expect_same_however_cut(content, [&](const auto& play) {
    ContentKindSink sink;
    EXPECT_TRUE(play(sink));
    kind = sink.kind();
    return kind;
  });
  return kind;
}

const std::string gif_start = "GIF89a\x02\x00\x02\x00\x00\x00\x00"s;
const std::string gif_frame = "\x2C\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x01\x2C\x00"s;

TEST(ContentKind, SignaturesTell) {
  EXPECT_EQ(kind_of("\x89PNG\r\n\x1A\n"s + "rest"), ContentKind::png);
  EXPECT_EQ(kind_of("\xFF\xD8\xFF\xE0"s + "rest"), ContentKind::jpeg);
  EXPECT_EQ(kind_of("RIFF\x10\x00\x00\x00WEBPVP8 "s), ContentKind::webp);
  EXPECT_EQ(kind_of(gif_start + gif_frame + ";"), ContentKind::gif);
  EXPECT_EQ(kind_of(gif_start + gif_frame + gif_frame), ContentKind::animated_gif);
  EXPECT_EQ(kind_of("%PDF-1.7\n"), ContentKind::pdf);
  EXPECT_EQ(kind_of("PK\x03\x04"s + std::string(30, '\0')), ContentKind::zip);
  EXPECT_EQ(kind_of("PK\x05\x06"s + std::string(18, '\0')), ContentKind::zip);
}

TEST(ContentKind, PartOfASignatureTellsNothing) {
  EXPECT_EQ(kind_of("\x89PNG\r\n\x1A"s), ContentKind::other);
  EXPECT_EQ(kind_of("\xFF\xD8"s), ContentKind::other);
  EXPECT_EQ(kind_of("RIFF\x10\x00\x00\x00WAVE"s), ContentKind::other);
  EXPECT_EQ(kind_of("RIFF"), ContentKind::text);
  EXPECT_EQ(kind_of("GIF89"), ContentKind::text);
  EXPECT_EQ(kind_of("%PDF"), ContentKind::text);
  EXPECT_EQ(kind_of("PK\x03"), ContentKind::text);
}

TEST(ContentKind, APdfMayHaveOtherBytesBeforeItWithinTheFirstThousand) {
  EXPECT_EQ(kind_of("\xE2\xE3"s + std::string(500, ' ') + "%PDF-1.4"), ContentKind::pdf);
  EXPECT_EQ(kind_of("\xE2\xE3"s + std::string(1018, ' ') + "%PDF-1.4"), ContentKind::other);
  EXPECT_EQ(kind_of("A file begins with %PDF-1.4."), ContentKind::text);
}

TEST(ContentKind, TextIsUtf8WithoutNul) {
  EXPECT_EQ(kind_of("Dear diary,\n"), ContentKind::text);
  EXPECT_EQ(kind_of("\xEF\xBB\xBF\xE4\xBD\xA0\xE5\xA5\xBD\x1B"s), ContentKind::text);
  EXPECT_EQ(kind_of("\xE4\xBD"s), ContentKind::other);
  EXPECT_EQ(kind_of("caf\xE9"s), ContentKind::other) << "Latin-1";
  EXPECT_EQ(kind_of("a\0b"s), ContentKind::other);
  EXPECT_EQ(kind_of("\x7F"
                    "ELF\x02\x01\x01\x00"s),
            ContentKind::other);
}

TEST(ContentKind, TextIsUtf16WithItsMark) {
  EXPECT_EQ(kind_of("\xFF\xFEh\0i\0"s), ContentKind::text);
  EXPECT_EQ(kind_of("\xFE\xFF\0h\0i"s), ContentKind::text);
  EXPECT_EQ(kind_of("\xFF\xFE\x3D\xD8\x00\xDE"s), ContentKind::text) << "a pair of surrogates";
  EXPECT_EQ(kind_of("\xFF\xFE"s), ContentKind::text) << "nothing but the mark";
  EXPECT_EQ(kind_of("h\0i\0"s), ContentKind::other) << "no mark";
  EXPECT_EQ(kind_of("\xFF\xFEh\0i"s), ContentKind::other) << "half a unit";
  EXPECT_EQ(kind_of("\xFF\xFE\x3D\xD8h\0"s), ContentKind::other) << "a lone high surrogate";
  EXPECT_EQ(kind_of("\xFF\xFE\x3D\xD8"s), ContentKind::other) << "ends within a pair";
  EXPECT_EQ(kind_of("\xFF\xFE\x00\xDEh\0"s), ContentKind::other) << "a lone low surrogate";
  EXPECT_EQ(kind_of("\xFF\xFE\0\0h\0\0\0"s), ContentKind::other) << "UTF-32";
}

TEST(ContentKind, NothingIsEmpty) { EXPECT_EQ(kind_of(""), ContentKind::empty); }

}  // namespace
}  // namespace argot::policy
