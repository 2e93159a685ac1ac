#include "server/small_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::server {
namespace {

class SmallFile : public ::testing::Test {
 protected:
  argot::testing::TempFolder folder_;
  std::string path_ = folder_ / "file";
};

TEST_F(SmallFile, ComesBackAsItWasWritten) {
  ASSERT_TRUE(replace_file(path_, "one\n"));
  EXPECT_EQ(read_small_file(path_, 100), "one\n");
  ASSERT_TRUE(replace_file(path_, ""));
  EXPECT_EQ(read_small_file(path_, 100), "");
}

TEST_F(SmallFile, IsForItsOwnerOnlyAndLeavesNothingBesideIt) {
  std::ofstream(path_ + ".new") << "left by a crash";
  ASSERT_TRUE(replace_file(path_, "secret"));
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".new"));
}

TEST_F(SmallFile, IsReadUpToItsBoundAndNotOneByteFurther) {
  ASSERT_TRUE(replace_file(path_, "12345678"));
  EXPECT_EQ(read_small_file(path_, 8), "12345678");
  const auto too_large = read_small_file(path_, 7);
  ASSERT_FALSE(too_large);
  EXPECT_EQ(too_large.error().detail, "it is larger than 7 bytes");
}

TEST_F(SmallFile, SaysWhyItCannotBeRead) {
  const auto missing = read_small_file(path_, 8);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::cannot_start);
  EXPECT_EQ(missing.error().detail, "No such file or directory");
  EXPECT_EQ(read_small_file(folder_.path().string(), 8).error().detail, "Is a directory");
}

TEST_F(SmallFile, StaysWhereItsReplacementFails) {
  ASSERT_TRUE(replace_file(path_, "old"));
  // Nothing can be renamed over a folder that is not empty, nor unlinked as a file.
  std::filesystem::create_directories(path_ + ".new/inner");
  EXPECT_FALSE(replace_file(path_, "new"));
  EXPECT_EQ(read_small_file(path_, 8), "old");
  EXPECT_FALSE(replace_file(folder_ / "missing/file", "new"));
}

}  // namespace
}  // namespace argot::server
