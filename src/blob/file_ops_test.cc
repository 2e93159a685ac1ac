#include "blob/file_ops.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <string>

#include "base/unique_fd.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

constexpr int create_flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;

class SystemFileOpsTest : public ::testing::Test {
 protected:
  SystemFileOpsTest()
      : directory_(operations_.openat({AT_FDCWD, folder_.path().c_str()},
                                      O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)) {}

  EntryName entry(const char* name) const { return {directory_.get(), name}; }

  testing::TempFolder folder_;
  SystemFileOps operations_;
  UniqueFd directory_;
};

TEST_F(SystemFileOpsTest, WritesWhatItReadsBack) {
  const UniqueFd file(operations_.openat(entry("file"), create_flags, 0600));
  ASSERT_TRUE(file);
  EXPECT_EQ(operations_.write(file.get(), as_bytes("abcdef")), 6);
  EXPECT_EQ(operations_.sync_file_range(file.get(), 0, 6), 0);
  EXPECT_EQ(operations_.fdatasync(file.get()), 0);
  EXPECT_EQ(operations_.fsync(directory_.get()), 0);
  std::array<std::byte, 3> part{};
  EXPECT_EQ(operations_.pread(file.get(), part, 2), 3);
  EXPECT_EQ(as_text(part), "cde");
  EXPECT_EQ(operations_.pread(file.get(), part, 6), 0);
  struct stat facts{};
  EXPECT_EQ(operations_.fstat(file.get(), facts), 0);
  EXPECT_EQ(facts.st_size, 6);
}

TEST_F(SystemFileOpsTest, MovesNamesAndRefusesToReplace) {
  ASSERT_TRUE(UniqueFd(operations_.openat(entry("one"), create_flags, 0600)));
  ASSERT_TRUE(UniqueFd(operations_.openat(entry("two"), create_flags, 0600)));
  EXPECT_EQ(operations_.renameat2(entry("one"), entry("two"), RENAME_NOREPLACE), -EEXIST);
  EXPECT_EQ(operations_.renameat2(entry("one"), entry("three"), RENAME_NOREPLACE), 0);
  struct stat facts{};
  EXPECT_EQ(operations_.fstatat(entry("one"), facts), -ENOENT);
  EXPECT_EQ(operations_.fstatat(entry("three"), facts), 0);
  EXPECT_EQ(operations_.unlinkat(entry("three")), 0);
  EXPECT_EQ(operations_.unlinkat(entry("three")), -ENOENT);
}

TEST_F(SystemFileOpsTest, FactsAreOfTheSymbolicLinkItself) {
  ASSERT_EQ(::symlinkat("/etc/passwd", directory_.get(), "link"), 0);
  struct stat facts{};
  ASSERT_EQ(operations_.fstatat(entry("link"), facts), 0);
  EXPECT_TRUE(S_ISLNK(facts.st_mode));
}

TEST_F(SystemFileOpsTest, ErrorsAreNegativeErrnos) {
  struct stat facts{};
  struct statvfs space{};
  std::array<std::byte, 64> out{};
  EXPECT_EQ(operations_.openat(entry("none"), O_RDONLY, 0), -ENOENT);
  EXPECT_EQ(operations_.mkdirat(entry("."), 0700), -EEXIST);
  EXPECT_EQ(operations_.write(-1, as_bytes("x")), -EBADF);
  EXPECT_EQ(operations_.pread(-1, out, 0), -EBADF);
  EXPECT_EQ(operations_.sync_file_range(-1, 0, 1), -EBADF);
  EXPECT_EQ(operations_.fdatasync(-1), -EBADF);
  EXPECT_EQ(operations_.fsync(-1), -EBADF);
  EXPECT_EQ(operations_.fstat(-1, facts), -EBADF);
  EXPECT_EQ(operations_.fstatvfs(-1, space), -EBADF);
  EXPECT_EQ(operations_.read_directory(-1, out), -EBADF);
  EXPECT_EQ(operations_.writable(-1), -EBADF);
}

TEST_F(SystemFileOpsTest, KnowsSpaceRightsAndEntries) {
  struct statvfs space{};
  EXPECT_EQ(operations_.fstatvfs(directory_.get(), space), 0);
  EXPECT_GT(space.f_blocks, 0U);
  EXPECT_EQ(operations_.writable(directory_.get()), 0);
  EXPECT_EQ(operations_.mkdirat(entry("child"), 0700), 0);
  std::array<std::byte, 1024> out{};
  EXPECT_GT(operations_.read_directory(directory_.get(), out), 0);
  EXPECT_EQ(operations_.read_directory(directory_.get(), out), 0);
}

}  // namespace
}  // namespace argot::blob
