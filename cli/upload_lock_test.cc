#include "cli/upload_lock.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

class UploadLockTest : public ::testing::Test {
 protected:
  testing::TempFolder folder_;
  const std::string file_ = folder_ / "big.bin";
  const std::string lock_ = folder_ / ".big.bin.argot-upload.lock";
};

TEST_F(UploadLockTest, IsOneAtATimeForEachFile) {
  {
    const auto first = UploadLock::take(file_);
    ASSERT_TRUE(first && *first);
    const auto second = UploadLock::take(file_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().detail, "another upload of it is in progress");
    const auto other = UploadLock::take(folder_ / "other.bin");
    EXPECT_TRUE(other && *other);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  const auto next = UploadLock::take(file_);
  EXPECT_TRUE(next && *next);
}

TEST_F(UploadLockTest, TakesOverWhatACrashLeft) {
  std::ofstream(lock_) << "";
  {
    const auto taken = UploadLock::take(file_);
    EXPECT_TRUE(taken && *taken);
  }
  EXPECT_FALSE(std::filesystem::exists(lock_));
}

TEST_F(UploadLockTest, WhereNoFileCanBeMadeThereIsNone) {
  for (const std::string& file : {folder_ / "none/big.bin", folder_ / std::string(250, 'x')}) {
    const auto taken = UploadLock::take(file);
    EXPECT_TRUE(taken && !*taken) << file;
  }
  std::filesystem::create_symlink(folder_ / "victim", lock_);
  const auto taken = UploadLock::take(file_);
  EXPECT_TRUE(taken && !*taken);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "victim"));
}

}  // namespace
}  // namespace argot::cli
