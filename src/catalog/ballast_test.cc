#include "catalog/ballast.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

class BallastTest : public ::testing::Test {
 protected:
  // Blocks of 512 bytes that the file really has.
  std::int64_t blocks() const {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? std::int64_t{status.st_blocks} : -1;
  }

  testing::TempFolder folder;
  std::string path = folder / "ballast";
};

TEST_F(BallastTest, TheSpaceIsReallyTaken) {
  Ballast ballast(path, 1'048'576);
  EXPECT_TRUE(ballast.take());
  EXPECT_GE(blocks(), 2'048);
  EXPECT_TRUE(ballast.take());
  EXPECT_TRUE(ballast.release());
  EXPECT_EQ(blocks(), -1);
  EXPECT_FALSE(ballast.release());
  EXPECT_TRUE(ballast.take());
}

TEST_F(BallastTest, WhatAnEarlierProcessTookIsReleasedToo) {
  EXPECT_TRUE(Ballast(path, 4'096).take());
  EXPECT_TRUE(Ballast(path, 4'096).release());
}

TEST_F(BallastTest, AnUnfinishedOneIsTakenAnew) {
  std::ofstream(path) << "x";
  EXPECT_TRUE(Ballast(path, 8'192).take());
  EXPECT_GE(blocks(), 16);
}

TEST_F(BallastTest, MoreThanTheDiskHasIsNotTaken) {
  Ballast ballast(path, std::filesystem::space(folder.path()).available / 2 + 1'073'741'824);
  EXPECT_FALSE(ballast.take());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(BallastTest, NoBytesMeanNoFile) {
  Ballast ballast(path, 0);
  EXPECT_FALSE(ballast.take());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(ballast.release());
  Ballast nowhere(folder / "missing/ballast", 4'096);
  EXPECT_FALSE(nowhere.take());
  EXPECT_FALSE(nowhere.release());
}

}  // namespace
}  // namespace argot::catalog
