#include "cli/file_name.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace argot::cli {
namespace {

std::string safe(std::string_view name) { return safe_file_name(name, "file-abc"); }

TEST(FileName, IsTheLastPartOfWhatTheServerSays) {
  EXPECT_EQ(safe("train.jsonl"), "train.jsonl");
  EXPECT_EQ(safe("with space.txt"), "with space.txt");
  EXPECT_EQ(safe("/etc/passwd"), "passwd");
  EXPECT_EQ(safe("../../.ssh/authorized_keys"), "authorized_keys");
  EXPECT_EQ(safe("C:\\data\\train.jsonl"), "train.jsonl");
}

TEST(FileName, NeverNamesAFolder) {
  for (const std::string_view name : {"", ".", "..", "a/", "a/..", "..\\", "/", "a/."}) {
    EXPECT_EQ(safe(name), "file-abc") << name;
  }
  EXPECT_EQ(safe("..."), "...");
  EXPECT_EQ(safe_file_name("..", "../.."), "file");
  EXPECT_EQ(safe_file_name("", "../../x"), "x");
}

TEST(FileName, HoldsNothingThatATerminalObeys) {
  EXPECT_EQ(safe("a\x1B[2Jb\n"), "a_[2Jb_");
  EXPECT_EQ(safe(std::string_view("a\0b", 3)), "a_b");
  EXPECT_EQ(safe("\xC2\x9B\xFF\xC3\xA9"), "__\xC3\xA9");
}

TEST(FileName, HasRoomForTheNoteOfItsPart) {
  const std::string longest = std::string(245 - 6, 'x') + ".jsonl";
  EXPECT_EQ(safe(longest), longest);
  EXPECT_EQ(safe("x" + longest), longest);
  EXPECT_EQ(safe(std::string(300, 'x')).size(), 245U);
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\xC3\xA9";
  EXPECT_EQ(safe(wide + "x").size(), 244U);
  EXPECT_TRUE(is_utf8(safe(wide + "x")));
  // An extension that is most of the name is none.
  EXPECT_EQ(safe("a." + std::string(300, 'x')).size(), 245U);
}

}  // namespace
}  // namespace argot::cli
