#include "server/folder_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/support/fakes.h"

namespace {

// What this thread syncs, by inode, while a test asks.
thread_local std::set<ino_t>* synced = nullptr;

}  // namespace

// In place of the system's, for this program.
extern "C" int fsync(int descriptor) {
  struct stat facts{};
  if (synced != nullptr && ::fstat(descriptor, &facts) == 0) synced->insert(facts.st_ino);
  return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace argot::server {
namespace {

unsigned permissions_of(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0U;
}

class FolderLockTest : public ::testing::Test {
 protected:
  static std::string problem(const std::string& path) {
    const auto lock = FolderLock::take(path, "--data");
    if (lock) return "none";
    EXPECT_EQ(lock.error().code, ErrorCode::cannot_start);
    EXPECT_EQ(lock.error().detail.find('\n'), std::string::npos);
    return lock.error().detail;
  }

  argot::testing::TempFolder temporary_;
  std::string path_ = temporary_ / "data";
};

TEST_F(FolderLockTest, IsMadeForItsOwnerOnly) {
  const auto lock = FolderLock::take(temporary_ / "new/data", "--data");
  ASSERT_TRUE(lock) << lock.error().detail;
  EXPECT_EQ(permissions_of(temporary_ / "new/data"), 0700U);
  EXPECT_EQ(permissions_of(temporary_ / "new/data/LOCK"), 0600U);
}

TEST_F(FolderLockTest, KeepsThePermissionsOfAFolderThatIsThere) {
  ASSERT_TRUE(std::filesystem::create_directory(path_));
  ASSERT_EQ(::chmod(path_.c_str(), 0750), 0);
  ASSERT_TRUE(FolderLock::take(path_, "--data"));
  EXPECT_EQ(permissions_of(path_), 0750U);
}

TEST_F(FolderLockTest, MakesTheNameOfEachNewFolderDurable) {
  std::set<ino_t> seen;
  synced = &seen;
  const bool is_taken = FolderLock::take(temporary_ / "one/two/data", "--data").has_value();
  synced = nullptr;
  ASSERT_TRUE(is_taken);
  for (const char* const above : {".", "one", "one/two"}) {
    struct stat facts{};
    ASSERT_EQ(::stat((temporary_ / above).c_str(), &facts), 0);
    EXPECT_TRUE(seen.contains(facts.st_ino)) << above;
  }
}

TEST_F(FolderLockTest, RefusesASecondServerAndNamesTheFirst) {
  const auto first = FolderLock::take(path_, "--data");
  ASSERT_TRUE(first) << first.error().detail;
  const std::string line = problem(path_);
  EXPECT_TRUE(line.starts_with("another server (process " + std::to_string(::getpid()) +
                               ") is using \"" + path_ + "\": stop it"))
      << line;
}

TEST_F(FolderLockTest, RefusesASecondServerWhoseProcessIsNotNamed) {
  ASSERT_TRUE(std::filesystem::create_directory(path_));
  const UniqueFd held(::open((path_ + "/LOCK").c_str(), O_RDWR | O_CREAT, 0600));
  ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
  EXPECT_TRUE(problem(path_).starts_with("another server is using"));
}

TEST_F(FolderLockTest, IsFreeAgainWhenTheFirstServerHasEnded) {
  ASSERT_TRUE(FolderLock::take(path_, "--data"));
  EXPECT_TRUE(FolderLock::take(path_, "--data"));
}

TEST_F(FolderLockTest, SaysThatAFileIsInTheWay) {
  std::ofstream(path_) << "a file";
  for (const std::string& path : {path_, path_ + "/data"}) {
    const std::string line = problem(path);
    EXPECT_NE(line.find("Not a directory"), std::string::npos) << line;
    EXPECT_NE(line.find("move the file that is in the way"), std::string::npos) << line;
    EXPECT_NE(line.find("--data"), std::string::npos) << line;
  }
}

TEST_F(FolderLockTest, SaysThatItMayNotWriteThere) {
  if (::geteuid() == 0) GTEST_SKIP() << "permissions do not bind root";
  ASSERT_TRUE(std::filesystem::create_directory(path_));
  ASSERT_EQ(::chmod(path_.c_str(), 0500), 0);
  EXPECT_NE(problem(path_).find("(Permission denied): give this user"), std::string::npos);
  ASSERT_EQ(::chmod(path_.c_str(), 0700), 0);
}

TEST_F(FolderLockTest, DoesNotFollowALinkInPlaceOfItsLock) {
  ASSERT_TRUE(std::filesystem::create_directory(path_));
  std::filesystem::create_symlink(temporary_ / "elsewhere", path_ + "/LOCK");
  EXPECT_NE(problem(path_).find("cannot open LOCK"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(temporary_ / "elsewhere"));
}

}  // namespace
}  // namespace argot::server
