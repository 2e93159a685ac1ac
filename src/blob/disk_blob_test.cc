#include "blob/disk_blob.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/limits.h"
#include "blob/blob_contract.h"
#include "blob/disk_store_fixture.h"

namespace argot::blob {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

class DiskBlobTest : public DiskStoreTest {
 protected:
  std::unique_ptr<StagedBlob> stage() {
    auto staged = store().stage();
    EXPECT_TRUE(staged);
    return *std::move(staged);
  }

  // Stages, writes and seals; the error of the step that failed.
  Result<BlobId> try_to_store(std::string_view content) {
    TRY(auto staged, store().stage());
    TRY_DO(staged->write(as_bytes(content)));
    TRY_DO(staged->finish());
    TRY_DO(staged->seal());
    return staged->id();
  }

  void expect_nothing_left() {
    EXPECT_TRUE(is_temporary_empty());
    EXPECT_TRUE(entries_of(store()).empty());
  }
};

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_F(DiskBlobTest, TheFileHasTheContentsBytesAndNothingElse) {
  const std::string content = patterned(70'000);
  const BlobId id = store_content(store(), content);
  EXPECT_EQ(text_of(blob_path(id)), content);
  EXPECT_TRUE(is_temporary_empty());
}

TEST_F(DiskBlobTest, NobodyElseMayReadTheFile) {
  const mode_t before = ::umask(0);
  const BlobId id = store_content(store(), "secret");
  ::umask(before);
  struct stat facts{};
  ASSERT_EQ(::stat(blob_path(id).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
}

// The promise itself: data, then the name, then the directory, all before seal() returns, and not
// one call more.
TEST_F(DiskBlobTest, ASmallUploadIsFiveCallsInTheOrderThatMakesItDurable) {
  auto staged = stage();
  ASSERT_TRUE(staged->write(as_bytes(patterned(4096))));
  ASSERT_TRUE(staged->finish());
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(calls_with(staged->id()),
            (Lines{"openat tmp/ID", "write tmp/ID 4096", "fdatasync tmp/ID",
                   "renameat2 tmp/ID blobs/XX/ID", "fsync blobs/XX"}));
}

TEST_F(DiskBlobTest, ADroppedUploadTakesItsFileWithIt) {
  BlobId id = [&] {
    auto staged = stage();
    EXPECT_TRUE(staged->write(as_bytes("x")));
    EXPECT_FALSE(is_temporary_empty());
    return staged->id();
  }();
  EXPECT_EQ(calls_with(id), (Lines{"openat tmp/ID", "write tmp/ID 1", "unlinkat tmp/ID"}));
  expect_nothing_left();
}

TEST_F(DiskBlobTest, LargeContentIsWrittenBackWhileItArrives) {
  const std::string chunk = patterned(static_cast<std::size_t>(limits::write_behind_bytes / 2));
  auto staged = stage();
  for (int count = 0; count < 5; ++count) ASSERT_TRUE(staged->write(as_bytes(chunk)));
  Lines ranges;
  for (const std::string& line : calls_with(staged->id())) {
    if (line.starts_with("sync_file_range")) ranges.push_back(line);
  }
  EXPECT_EQ(ranges,
            (Lines{"sync_file_range tmp/ID 0 8388608", "sync_file_range tmp/ID 8388608 8388608"}));
}

TEST_F(DiskBlobTest, AFileSystemWithoutEarlyWriteBackIsNoFailure) {
  const std::string chunk = patterned(static_cast<std::size_t>(limits::write_behind_bytes));
  for (const int error : {EINVAL, ENOSYS, ESPIPE}) {
    operations_.plant({.operation = "sync_file_range", .error = error});
    const auto id = try_to_store(chunk);
    ASSERT_TRUE(id) << error;
    EXPECT_TRUE(content_of(store(), *id) == chunk);
  }
  operations_.plant({.operation = "sync_file_range", .error = EIO});
  EXPECT_FALSE(try_to_store(chunk));
}

TEST_F(DiskBlobTest, ShortWritesAndInterruptionsLoseNothing) {
  const std::string content = patterned(10'000);
  operations_.plant({.operation = "openat", .nth = 1, .error = EINTR});
  operations_.plant({.operation = "write", .nth = 1, .short_bytes = 1});
  operations_.plant({.operation = "write", .nth = 1, .error = EINTR});
  operations_.plant({.operation = "write", .nth = 2, .short_bytes = 4'097});
  const auto id = try_to_store(content);
  ASSERT_TRUE(id);
  EXPECT_EQ(content_of(store(), *id), content);
}

TEST_F(DiskBlobTest, AWriteThatTakesNothingForEverIsAnError) {
  operations_.plant({.operation = "write", .short_bytes = 0, .for_ever = true});
  const auto stored = try_to_store("x");
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::internal);
  expect_nothing_left();
}

TEST_F(DiskBlobTest, ShortReadsAndInterruptionsLoseNothing) {
  const std::string content = patterned(10'000);
  const BlobId id = store_content(store(), content);
  operations_.plant({.operation = "openat", .error = EINTR});
  operations_.plant({.operation = "pread", .nth = 1, .error = EINTR});
  operations_.plant({.operation = "pread", .nth = 1, .short_bytes = 1});
  operations_.plant({.operation = "pread", .nth = 2, .short_bytes = 5'000});
  EXPECT_EQ(content_of(store(), id), content);
}

TEST_F(DiskBlobTest, AReadThatFailsIsAnError) {
  const BlobId id = store_content(store(), "x");
  auto reader = store().open(id);
  ASSERT_TRUE(reader);
  operations_.plant({.operation = "pread", .error = EIO});
  std::array<std::byte, 1> out{};
  EXPECT_EQ((*reader)->read(0, out).error().code, ErrorCode::internal);
  for (const char* operation : {"openat", "fstat"}) {
    operations_.plant({.operation = operation, .error = EMFILE});
    EXPECT_EQ(store().open(id).error().code, ErrorCode::overloaded) << operation;
  }
}

struct FailingStep {
  const char* operation;
  int error;
  ErrorCode expected;
};

class FailingDiskTest : public DiskBlobTest, public ::testing::WithParamInterface<FailingStep> {};

TEST_P(FailingDiskTest, SaysWhichKindOfErrorAndLeavesNothing) {
  for (const bool is_for_ever : {false, true}) {
    SCOPED_TRACE(is_for_ever ? "for ever" : "once");
    operations_.plant(
        {.operation = GetParam().operation, .error = GetParam().error, .for_ever = is_for_ever});
    const auto stored = try_to_store("content");
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, GetParam().expected) << describe(stored.error());
    EXPECT_EQ(stored.error().detail.find(root()), std::string::npos) << "no paths in replies";
    operations_.heal();
    expect_nothing_left();
  }
  const auto stored = try_to_store("afterwards");
  ASSERT_TRUE(stored);
  EXPECT_EQ(content_of(store(), *stored), "afterwards");
}

INSTANTIATE_TEST_SUITE_P(
    EveryStep, FailingDiskTest,
    ::testing::Values(FailingStep{"openat", ENOSPC, ErrorCode::insufficient_storage},
                      FailingStep{"openat", EMFILE, ErrorCode::overloaded},
                      FailingStep{"openat", EROFS, ErrorCode::insufficient_storage},
                      FailingStep{"openat", EEXIST, ErrorCode::internal},
                      FailingStep{"write", ENOSPC, ErrorCode::insufficient_storage},
                      FailingStep{"write", EDQUOT, ErrorCode::insufficient_storage},
                      FailingStep{"write", EFBIG, ErrorCode::insufficient_storage},
                      FailingStep{"write", EIO, ErrorCode::internal},
                      FailingStep{"fdatasync", EIO, ErrorCode::internal},
                      FailingStep{"fdatasync", ENOSPC, ErrorCode::insufficient_storage},
                      FailingStep{"fdatasync", EINTR, ErrorCode::internal},
                      FailingStep{"renameat2", EIO, ErrorCode::internal},
                      FailingStep{"renameat2", ENOSPC, ErrorCode::insufficient_storage},
                      FailingStep{"renameat2", EINVAL, ErrorCode::internal},
                      FailingStep{"fsync", EIO, ErrorCode::internal},
                      FailingStep{"fsync", ENOSPC, ErrorCode::insufficient_storage}),
    [](const auto& step) {
      return std::string(step.param.operation) + "_" + ::strerrorname_np(step.param.error);
    });

TEST_F(DiskBlobTest, AFailedDataSyncIsNotTriedAgain) {
  auto staged = stage();
  ASSERT_TRUE(staged->write(as_bytes("x")));
  ASSERT_TRUE(staged->finish());
  operations_.plant({.operation = "fdatasync", .error = EIO});
  EXPECT_FALSE(staged->seal());
  const BlobId id = staged->id();
  staged.reset();
  EXPECT_EQ(calls_with(id),
            (Lines{"openat tmp/ID", "write tmp/ID 1", "fdatasync tmp/ID!", "unlinkat tmp/ID"}));
}

TEST_F(DiskBlobTest, AFailedDirectorySyncTakesTheNameBackAndIsNotTriedAgain) {
  auto staged = stage();
  ASSERT_TRUE(staged->write(as_bytes("x")));
  ASSERT_TRUE(staged->finish());
  operations_.plant({.operation = "fsync", .error = EIO});
  EXPECT_FALSE(staged->seal());
  const BlobId id = staged->id();
  staged.reset();
  EXPECT_EQ(calls_with(id),
            (Lines{"openat tmp/ID", "write tmp/ID 1", "fdatasync tmp/ID",
                   "renameat2 tmp/ID blobs/XX/ID", "fsync blobs/XX!", "unlinkat blobs/XX/ID"}));
}

TEST_F(DiskBlobTest, SealingReplacesNothing) {
  auto staged = stage();
  ASSERT_TRUE(staged->write(as_bytes("new")));
  ASSERT_TRUE(staged->finish());
  std::ofstream(blob_path(staged->id())) << "old";
  EXPECT_FALSE(staged->seal());
  EXPECT_EQ(text_of(blob_path(staged->id())), "old");
  EXPECT_TRUE(is_temporary_empty());
}

TEST_F(DiskBlobTest, AFileThatStandsInTheWayOfStagingIsNotWrittenTo) {
  // A random source that repeats itself would give the same id twice.
  testing::SeededRandom first(1);
  testing::SeededRandom second(1);
  auto one = DiskStore::open({.root = root(), .random = first});
  auto two = DiskStore::open({.root = root(), .random = second});
  ASSERT_TRUE(one && two);
  auto staged = (*one)->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes("mine")));
  EXPECT_FALSE((*two)->stage());
  ASSERT_TRUE((*staged)->finish());
  ASSERT_TRUE((*staged)->seal());
  EXPECT_EQ(content_of(**one, (*staged)->id()), "mine");
}

TEST_F(DiskBlobTest, WhatIsNoFileIsRefusedInPlaceOfABlob) {
  const BlobId id = *BlobId::parse("5a" + std::string(38, '0'));
  const fs::path secret = folder_.path() / "secret";
  std::ofstream(secret) << "secret";

  fs::create_symlink(secret, blob_path(id));
  EXPECT_EQ(store().open(id).error().code, ErrorCode::content_corrupt) << "symbolic link";
  EXPECT_TRUE(entries_of(store()).empty());
  fs::remove(blob_path(id));

  fs::create_directory(blob_path(id));
  EXPECT_EQ(store().open(id).error().code, ErrorCode::content_corrupt) << "directory";
  EXPECT_TRUE(entries_of(store()).empty());
  fs::remove(blob_path(id));

  ASSERT_EQ(::mkfifo(blob_path(id).c_str(), 0600), 0);
  EXPECT_EQ(store().open(id).error().code, ErrorCode::content_corrupt) << "FIFO";
  EXPECT_TRUE(entries_of(store()).empty());
}

TEST_F(DiskBlobTest, ContentThatWasCutShortIsCorruptAndNotShort) {
  const BlobId id = store_content(store(), "1234567890");
  auto reader = store().open(id);
  ASSERT_TRUE(reader);
  fs::resize_file(blob_path(id), 4);
  std::array<std::byte, 10> out{};
  EXPECT_EQ((*reader)->read(0, out).error().code, ErrorCode::content_corrupt);
}

// Restores the limit whatever the test does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST_F(DiskBlobTest, ARealFileSizeLimitIsInsufficientStorage) {
  {
    const FileSizeLimit limit(100'000);
    const auto stored = try_to_store(patterned(100'001));
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, ErrorCode::insufficient_storage);
    EXPECT_TRUE(try_to_store(patterned(100'000)));
  }
  EXPECT_TRUE(is_temporary_empty());
  EXPECT_EQ(entries_of(store()).size(), 1U);
}

// A tmpfs of a test's own, in a mount namespace of its own: nobody else sees it, and it goes away
// with the process.
std::string mount_tmpfs(const std::string& at, const char* options) {
  if (::unshare(CLONE_NEWNS) != 0) return std::string("unshare: ") + std::strerror(errno);
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("tmpfs", at.c_str(), "tmpfs", 0, options) != 0) {
    return std::string("mount: ") + std::strerror(errno);
  }
  return {};
}

class RealFullDiskTest : public ::testing::Test {
 protected:
  void fill(const char* options, std::string_view content) {
    if (const std::string why = mount_tmpfs(folder_.path(), options); !why.empty()) {
      GTEST_SKIP() << "no tmpfs of our own: " << why;
    }
    {
      auto store = DiskStore::open({.root = folder_ / "store", .random = random_});
      ASSERT_TRUE(store) << describe(store.error());
      const BlobId kept = store_content(**store, "kept");
      Result<> outcome;
      for (int count = 0; outcome && count < 10'000; ++count) outcome = store_one(**store, content);
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().code, ErrorCode::insufficient_storage) << describe(outcome.error());
      EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "store/tmp"));
      EXPECT_EQ(content_of(**store, kept), "kept");
      // Room comes back by removing, also on a full disk.
      ASSERT_TRUE((*store)->visit(
          [&](const BlobEntry& entry) -> Result<> { return (*store)->remove(entry.id); }));
      EXPECT_TRUE(store_one(**store, content));
    }
    ::umount(folder_.path().c_str());
  }

  static Result<> store_one(BlobStore& store, std::string_view content) {
    TRY(auto staged, store.stage());
    TRY_DO(staged->write(as_bytes(content)));
    TRY_DO(staged->finish());
    return staged->seal();
  }

  testing::TempFolder folder_;
  SystemRandom random_;
};

TEST_F(RealFullDiskTest, NoMoreSpaceIsInsufficientStorage) {
  fill("size=1m,mode=700", patterned(100'000));
}

TEST_F(RealFullDiskTest, NoMoreInodesIsInsufficientStorage) { fill("nr_inodes=300,mode=700", "x"); }

using DiskBlobDeathTest = DiskBlobTest;

TEST_F(DiskBlobDeathTest, CallsOutOfOrderAreABrokenInvariant) {
  auto staged = stage();
  EXPECT_DEATH((void)staged->seal(), "invariant broken");
  ASSERT_TRUE(staged->finish());
  EXPECT_DEATH((void)staged->write(as_bytes("x")), "invariant broken");
  EXPECT_DEATH((void)staged->finish(), "invariant broken");
  ASSERT_TRUE(staged->seal());
  EXPECT_DEATH((void)staged->seal(), "invariant broken");
}

}  // namespace
}  // namespace argot::blob
