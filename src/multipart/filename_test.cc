#include "multipart/filename.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace argot::multipart {
namespace {

std::string cleaned(std::string_view name) {
  const auto clean = clean_filename(name);
  return clean ? *clean : describe(clean.error());
}

std::string refusal(std::string_view name) {
  const auto clean = clean_filename(name);
  if (clean) {
    ADD_FAILURE() << "taken: " << *clean;
    return {};
  }
  EXPECT_EQ(clean.error().code, ErrorCode::invalid_request);
  EXPECT_EQ(clean.error().param, "file");
  return clean.error().detail;
}

const std::string expected =
    "The file name must be at most 255 bytes of UTF-8 without control characters, but it ";

TEST(CleanFilename, KeepsAnOrdinaryName) {
  EXPECT_EQ(cleaned("train.jsonl"), "train.jsonl");
  EXPECT_EQ(cleaned(" a b.txt "), " a b.txt ");
  EXPECT_EQ(cleaned("...") + cleaned(".hidden") + cleaned("..x"), "....hidden..x");
}

TEST(CleanFilename, KeepsUnicodeAsItCame) {
  for (const std::string name : {"\xE4\xBD\xA0\xE5\xA5\xBD.txt", "e\xCC\x81", "\xF0\x9F\x98\x80",
                                 "\xE2\x80\xAEgpj.exe", "\xC2\xA0",
                                 "\xEF\xBB\xBF"
                                 "bom"}) {
    EXPECT_EQ(cleaned(name), name);
  }
}

TEST(CleanFilename, TakesWhatFollowsTheLastSlash) {
  EXPECT_EQ(cleaned("a/b/c.txt"), "c.txt");
  EXPECT_EQ(cleaned("/etc/passwd"), "passwd");
  EXPECT_EQ(cleaned("../../x"), "x");
  EXPECT_EQ(cleaned("a\\b/c\\d"), "c\\d");
}

TEST(CleanFilename, KeepsABackslashOfAnOrdinaryName) {
  EXPECT_EQ(cleaned("a\\b.txt"), "a\\b.txt");
  EXPECT_EQ(cleaned("..\\..\\x"), "..\\..\\x");
  EXPECT_EQ(cleaned("\\x"), "\\x");
  EXPECT_EQ(cleaned("C:x\\y"), "C:x\\y");
  EXPECT_EQ(cleaned("1:\\x"), "1:\\x");
}

TEST(CleanFilename, TakesWhatFollowsTheLastSeparatorOfAWindowsPath) {
  EXPECT_EQ(cleaned("C:\\Users\\me\\a.txt"), "a.txt");
  EXPECT_EQ(cleaned("z:\\a.txt"), "a.txt");
  EXPECT_EQ(cleaned("C:\\dir/a.txt"), "a.txt");
  EXPECT_EQ(cleaned("C:\\dir/b\\a.txt"), "a.txt");
  EXPECT_EQ(cleaned("\\\\server\\share\\a.txt"), "a.txt");
}

TEST(CleanFilename, HasANameForWhatHasNone) {
  for (const auto* nothing : {"", ".", "..", "/", "dir/", "dir/.", "a/..", "C:\\", "\\\\"}) {
    EXPECT_EQ(cleaned(nothing), "upload") << nothing;
  }
}

TEST(CleanFilename, LeavesNothingThatAPathCouldBeMadeOf) {
  for (const std::string prefix :
       {"", "/", "./", "../", "..\\", "C:\\", "\\\\?\\", "file:///", "~/"}) {
    for (const std::string step : {"../", "..%2f", "%2e%2e/", "..\\", "..//", ".../", "..;/",
                                   "\xEF\xBC\x8F..", "..\xE2\x88\x95", "./"}) {
      for (const std::string last : {"", "passwd", "..", "."}) {
        const std::string name = prefix + step + step + last;
        const auto clean = clean_filename(name);
        ASSERT_TRUE(clean) << name;
        EXPECT_EQ(clean->find('/'), std::string::npos) << name;
        EXPECT_TRUE(*clean != "" && *clean != "." && *clean != "..") << name;
      }
    }
  }
}

TEST(CleanFilename, TakesTwoHundredFiftyFiveBytesAndNotOneMore) {
  ASSERT_EQ(limits::filename_bytes_max, 255U);
  EXPECT_EQ(cleaned(std::string(254, 'x')), std::string(254, 'x'));
  EXPECT_EQ(cleaned(std::string(255, 'x')), std::string(255, 'x'));
  EXPECT_EQ(refusal(std::string(256, 'x')), expected + "has 256 bytes.");
  EXPECT_EQ(cleaned("dir/" + std::string(255, 'x')), std::string(255, 'x'));
  EXPECT_EQ(refusal("dir/" + std::string(256, 'x')), expected + "has 256 bytes.");
}

TEST(CleanFilename, CountsBytesAndNotCharacters) {
  std::string name;
  for (int i = 0; i < 127; ++i) name += "\xC3\xA9";
  EXPECT_EQ(cleaned(name + "x"), name + "x");
  EXPECT_EQ(refusal(name + "\xC3\xA9"), expected + "has 256 bytes.");
}

TEST(CleanFilename, RefusesEveryControlCharacterAnywhere) {
  for (int c = 0; c < 0x20; ++c) {
    refusal(std::string("a") + static_cast<char>(c) + "b");
    refusal(std::string("dir") + static_cast<char>(c) + "/b");
  }
  EXPECT_EQ(refusal(std::string("a\0.txt", 6)),
            expected + "holds the control character 0x00 at byte 1.");
  EXPECT_EQ(refusal("ab\r\nSet-Cookie: x"),
            expected + "holds the control character 0x0d at byte 2.");
  EXPECT_EQ(refusal("\x7F"), expected + "holds the control character 0x7f at byte 0.");
  for (int c = 0x80; c < 0xA0; ++c) refusal(std::string("x\xC2") + static_cast<char>(c));
  EXPECT_EQ(refusal("\xC3\xA9\xC2\x85"),
            expected + "holds the control character 0xc285 at byte 2.");
}

TEST(CleanFilename, RefusesWhatIsNotUtf8) {
  for (const auto* broken :
       {"\xFF", "a\xC3", "\xC2", "\xC0\xAF", "\xED\xA0\x80", "\x80", "caf\xE9"}) {
    EXPECT_EQ(refusal(broken), expected + "is not UTF-8.");
  }
}

}  // namespace
}  // namespace argot::multipart
