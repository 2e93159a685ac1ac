#include "cli/offline.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

class Offline : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  testing::FakeClock clock_;
};

TEST_F(Offline, AFileIsOpenedWithItsLength) {
  const std::string path = folder_ / "a";
  std::ofstream(path) << "12345";
  const auto file = open_file(path, 7);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->bytes, 5U);
  EXPECT_EQ(open_file("-", 7)->descriptor, 7);
  EXPECT_EQ(open_file("-", 7)->bytes, std::nullopt);
  EXPECT_EQ(open_file(folder_ / "b", 7).error().detail, "No such file or directory");
}

TEST_F(Offline, AllOfItIsReadAndTold) {
  const std::string path = folder_ / "a";
  const std::string content(700'000, 'x');
  std::ofstream(path) << content;
  const auto file = open_file(path, -1);
  ASSERT_TRUE(file);
  std::string read;
  std::uint64_t told = 0;
  const auto take = [&](Bytes piece) -> Result<> {
    read += as_text(piece);
    return {};
  };
  EXPECT_TRUE(read_all(file->descriptor, {}, [&](std::uint64_t done) { told = done; }, take));
  EXPECT_EQ(read, content);
  EXPECT_EQ(told, content.size());
}

TEST_F(Offline, WhatTheTakerSaysEndsIt) {
  const std::string path = folder_ / "a";
  std::ofstream(path) << "x";
  const auto file = open_file(path, -1);
  const auto refused = read_all(file->descriptor, {}, {}, [](Bytes) -> Result<> {
    return fail(ErrorCode::invalid_request, "enough");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "enough");
}

TEST_F(Offline, ShortFilesHaveNoBar) {
  std::ostringstream err;
  ProgressBoard board({.out = err, .is_terminal = true, .columns = [] { return 80; }}, clock_);
  EXPECT_FALSE(ReadingBar(board, "a", 1000).progress());
  {
    ReadingBar bar(board, "big.txt", 128_MiB);
    const auto progress = bar.progress();
    ASSERT_TRUE(progress);
    progress(1_MiB);
    EXPECT_EQ(err.str(), "");
    progress(64_MiB);
    EXPECT_TRUE(err.str().contains("big.txt")) << err.str();
  }
  ReadingBar unknown(board, "-", std::nullopt);
  EXPECT_TRUE(unknown.progress());
}

}  // namespace
}  // namespace argot::cli
