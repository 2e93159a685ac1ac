#include "catalog/log_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

class LogFile : public ::testing::Test {
 protected:
  void put(const std::string& content) { std::ofstream(path_, std::ios::binary) << content; }
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  testing::TempFolder folder_;
  const std::string path_ = folder_ / "log";
};

TEST_F(LogFile, KeepsEveryByte) {
  for (const std::size_t bytes : {0U, 1U, 4'096U, 1'048'576U, 1'048'577U, 3'000'000U}) {
    std::string content_before(bytes, ' ');
    for (std::size_t at = 0; at < bytes; ++at) content_before[at] = static_cast<char>(at * 31 / 7);
    put(content_before);
    ASSERT_TRUE(write_again(path_)) << bytes;
    EXPECT_EQ(content(), content_before) << bytes;
  }
}

TEST_F(LogFile, IsReallyWritten) {
  put("text");
  const std::array<timespec, 2> long_ago{timespec{.tv_sec = 1}, timespec{.tv_sec = 1}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), long_ago.data(), 0), 0);
  ASSERT_TRUE(write_again(path_));
  struct stat facts{};
  ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
  EXPECT_GT(facts.st_mtim.tv_sec, 1);
}

TEST_F(LogFile, TellsWhatIsWrong) {
  const auto missing = write_again(path_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::internal);
  EXPECT_EQ(missing.error().detail, "No such file or directory");
}

// Whatever happens, a program on a full disk must be told so.
TEST_F(LogFile, AFullDiskIsNoInternalError) {
  std::filesystem::create_symlink("/dev/full", path_);
  EXPECT_FALSE(write_again(path_));  // never through a link
  const auto full = write_again("/dev/full");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, ErrorCode::insufficient_storage);
}

}  // namespace
}  // namespace argot::catalog
