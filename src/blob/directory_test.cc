#include "blob/directory.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "blob/scripted_file_ops.h"
#include "tests/support/fakes.h"

namespace argot::blob {
namespace {

UniqueFd open_folder(FileOps& operations, const testing::TempFolder& folder) {
  const std::string path = folder.path().string();
  return UniqueFd(
      operations.openat({AT_FDCWD, path.c_str()}, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
}

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() { operations_.forget_lines(); }

  void make_file(const std::string& name) {
    const UniqueFd file(::openat(directory_.descriptor(), name.c_str(), O_CREAT | O_WRONLY, 0600));
    ASSERT_TRUE(file);
  }

  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  ScriptedFileOps operations_;
  Directory directory_{operations_, open_folder(operations_, folder_)};
};

using Lines = std::vector<std::string>;

TEST_F(DirectoryTest, SyncIsOneFsync) {
  EXPECT_TRUE(directory_.sync(directory_.failures()));
  EXPECT_EQ(operations_.lines(), Lines{"fsync ."});
}

TEST_F(DirectoryTest, AFailedSyncIsReportedAndTheNextUsesAnotherDescriptor) {
  operations_.plant({.operation = "fsync", .error = EIO});
  const Result<> first = directory_.sync(directory_.failures());
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::internal);
  EXPECT_TRUE(directory_.sync(directory_.failures()));
  EXPECT_TRUE(directory_.sync(directory_.failures()));
  EXPECT_EQ(operations_.lines(), (Lines{"fsync .!", "openat .", "fsync .", "fsync ."}));
}

TEST_F(DirectoryTest, AReplacementThatFailsIsReplacedToo) {
  operations_.plant({.operation = "fsync", .nth = 1, .error = EIO});
  operations_.plant({.operation = "fsync", .nth = 2, .error = ENOSPC});
  EXPECT_FALSE(directory_.sync(directory_.failures()));
  const Result<> second = directory_.sync(directory_.failures());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::insufficient_storage);
  EXPECT_TRUE(directory_.sync(directory_.failures()));
  EXPECT_EQ(operations_.lines(),
            (Lines{"fsync .!", "openat .", "fsync .!", "openat .", "fsync ."}));
}

TEST_F(DirectoryTest, WithoutADescriptorNothingIsCalledDurable) {
  operations_.plant({.operation = "fsync", .error = EIO});
  operations_.plant({.operation = "openat", .error = EMFILE});
  EXPECT_FALSE(directory_.sync(directory_.failures()));
  EXPECT_FALSE(directory_.sync(directory_.failures()));
  EXPECT_TRUE(directory_.sync(directory_.failures()));
}

// The kernel tells of a lost write once. Whoever changed a name before that is told as well, even
// where the next fsync succeeds.
TEST_F(DirectoryTest, AFailureIsToldToEveryoneWhoseChangeCameBeforeIt) {
  const std::uint64_t one = directory_.failures();
  const std::uint64_t other = directory_.failures();
  operations_.plant({.operation = "fsync", .error = EIO});
  EXPECT_FALSE(directory_.sync(one));
  EXPECT_FALSE(directory_.sync(other));
  EXPECT_TRUE(directory_.sync(directory_.failures()));
}

// Says which changes a sync that ended well has covered: those made before it began.
class CountingFileOps final : public FileOps {
 public:
  int openat(const EntryName& entry, int flags, mode_t mode) override {
    return system_.openat(entry, flags, mode);
  }
  int mkdirat(const EntryName&, mode_t) override { return -ENOSYS; }
  int renameat2(const EntryName&, const EntryName&, unsigned) override { return -ENOSYS; }
  int unlinkat(const EntryName&) override { return -ENOSYS; }
  int fstatat(const EntryName&, struct stat&) override { return -ENOSYS; }
  int writable(int) override { return -ENOSYS; }
  ssize_t write(int, Bytes) override { return -ENOSYS; }
  ssize_t pread(int, MutableBytes, std::uint64_t) override { return -ENOSYS; }
  int sync_file_range(int, std::uint64_t, std::uint64_t) override { return -ENOSYS; }
  int fdatasync(int) override { return -ENOSYS; }
  int fsync(int) override {
    EXPECT_EQ(running.fetch_add(1), 0) << "two at a time share no failure";
    const std::uint64_t covered = changes.load();
    ++syncs;
    for (int turn = 0; turn < 20; ++turn) std::this_thread::yield();
    std::uint64_t before = durable.load();
    while (before < covered && !durable.compare_exchange_weak(before, covered)) {
    }
    running.fetch_sub(1);
    return 0;
  }
  int fstat(int, struct stat&) override { return -ENOSYS; }
  int fstatvfs(int, struct statvfs&) override { return -ENOSYS; }
  ssize_t read_directory(int, MutableBytes) override { return -ENOSYS; }

  std::atomic<std::uint64_t> changes{0};
  std::atomic<std::uint64_t> durable{0};
  std::atomic<std::uint64_t> syncs{0};
  std::atomic<int> running{0};

 private:
  SystemFileOps system_;
};

TEST(DirectorySync, EveryCallIsCoveredByASyncThatBeganAfterIt) {
  const testing::TempFolder folder;
  CountingFileOps operations;
  Directory directory(operations, open_folder(operations, folder));
  constexpr int rounds = 300;
  std::vector<std::jthread> threads;
  for (int number = 0; number < 6; ++number) {
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        const std::uint64_t before = directory.failures();
        const std::uint64_t mine = operations.changes.fetch_add(1) + 1;
        EXPECT_TRUE(directory.sync(before));
        EXPECT_GE(operations.durable.load(), mine);
      }
    });
  }
  threads.clear();
  EXPECT_LE(operations.syncs.load(), 6U * rounds);
}

TEST_F(DirectoryTest, ListsEveryNameOnceBeyondOneBuffer) {
  std::set<std::string> expected;
  for (int number = 0; number < 2'000; ++number) {
    const std::string name = "name-" + std::to_string(number) + std::string(30, 'x');
    make_file(name);
    expected.insert(name);
  }
  std::set<std::string> seen;
  EXPECT_TRUE(directory_.list([&](const std::string& name) -> Result<> {
    EXPECT_TRUE(seen.insert(name).second) << name;
    return {};
  }));
  EXPECT_EQ(seen, expected);
}

TEST_F(DirectoryTest, ListsAgainFromTheStart) {
  make_file("one");
  for (int round = 0; round < 2; ++round) {
    int seen = 0;
    EXPECT_TRUE(directory_.list([&](const std::string&) -> Result<> {
      ++seen;
      return {};
    }));
    EXPECT_EQ(seen, 1);
  }
}

TEST_F(DirectoryTest, AListingPassesErrorsOn) {
  make_file("one");
  const auto see_nothing = [](const std::string&) -> Result<> { return {}; };
  const auto refuse = [](const std::string&) -> Result<> { return fail(ErrorCode::overloaded); };
  EXPECT_EQ(directory_.list(refuse).error().code, ErrorCode::overloaded);
  operations_.plant({.operation = "read_directory", .error = EIO});
  EXPECT_EQ(directory_.list(see_nothing).error().code, ErrorCode::internal);
  operations_.plant({.operation = "openat", .error = EMFILE});
  EXPECT_EQ(directory_.list(see_nothing).error().code, ErrorCode::overloaded);
}

}  // namespace
}  // namespace argot::blob
