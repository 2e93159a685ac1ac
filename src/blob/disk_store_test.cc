#include "blob/disk_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "blob/blob_contract.h"
#include "blob/disk_store_fixture.h"

namespace argot::blob {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

struct DiskHarness {
  DiskHarness() { reopen(); }

  BlobStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    auto opened = DiskStore::open({.root = folder_ / "store", .random = random_});
    ASSERT_TRUE(opened) << describe(opened.error());
    store_ = *std::move(opened);
    ASSERT_TRUE(store_->recover());
  }

  testing::TempFolder folder_{testing::TempFolder::in_memory()};
  SystemRandom random_;
  std::unique_ptr<DiskStore> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Disk, BlobContract, DiskHarness);

// The other tests run in memory where they can; this one is on whatever disk tests are given.
TEST(DiskStoreOnDisk, KeepsWhatIsSealedAndLosesWhatIsRemoved) {
  const testing::TempFolder folder;
  SystemRandom random;
  const std::string content = patterned(3'000'000);
  const DiskStoreOptions options{.root = folder / "store", .random = random};
  std::optional<BlobId> kept;
  std::optional<BlobId> removed;
  {
    auto store = DiskStore::open(options);
    ASSERT_TRUE(store) << describe(store.error());
    kept = store_content(**store, content);
    removed = store_content(**store, content);
    ASSERT_TRUE((*store)->remove(*removed));
  }
  auto store = DiskStore::open(options);
  ASSERT_TRUE(store) << describe(store.error());
  ASSERT_TRUE((*store)->recover());
  EXPECT_TRUE(content_of(**store, *kept) == content);
  EXPECT_FALSE((*store)->open(*removed));
  EXPECT_EQ(entries_of(**store).size(), 1U);
}

TEST_F(DiskStoreTest, ARemovalIsSyncedBeforeItReturns) {
  const BlobId id = store_content(store(), "x");
  operations_.forget_lines();
  ASSERT_TRUE(store().remove(id));
  EXPECT_EQ(calls_with(id), (Lines{"unlinkat blobs/XX/ID", "fsync blobs/XX"}));
}

// The removal before this one may have ended between its two steps.
TEST_F(DiskStoreTest, RemovingWhatIsNotThereIsSyncedToo) {
  const BlobId id = *BlobId::parse(std::string(40, 'c'));
  ASSERT_TRUE(store().remove(id));
  EXPECT_EQ(calls_with(id), (Lines{"unlinkat blobs/XX/ID", "fsync blobs/XX"}));
}

TEST_F(DiskStoreTest, ARemovalThatFailsSaysSo) {
  const BlobId id = store_content(store(), "x");
  operations_.plant({.operation = "unlinkat", .error = EIO});
  EXPECT_EQ(store().remove(id).error().code, ErrorCode::internal);
  EXPECT_EQ(content_of(store(), id), "x");
  operations_.plant({.operation = "fsync", .error = EIO});
  EXPECT_EQ(store().remove(id).error().code, ErrorCode::internal);
  EXPECT_TRUE(store().remove(id));
}

TEST_F(DiskStoreTest, RecoveringEmptiesTmpAndNothingElse) {
  const BlobId id = store_content(store(), "kept");
  // As a process that was killed leaves them.
  for (int number = 0; number < 1'000; ++number) {
    std::ofstream(temporary_path() / ("left-" + std::to_string(number))) << "half";
  }
  fs::create_symlink(blob_path(id), temporary_path() / "link");
  fs::create_directory(temporary_path() / "somebody's");
  ASSERT_TRUE(store().recover());
  EXPECT_TRUE(fs::is_directory(temporary_path() / "somebody's"));
  fs::remove(temporary_path() / "somebody's");
  EXPECT_TRUE(is_temporary_empty());
  EXPECT_EQ(content_of(store(), id), "kept");
}

TEST_F(DiskStoreTest, RecoveringThatFailsSaysSo) {
  std::ofstream(temporary_path() / "left") << "half";
  operations_.plant({.operation = "unlinkat", .error = EIO});
  EXPECT_EQ(store().recover().error().code, ErrorCode::internal);
  EXPECT_TRUE(store().recover());
  EXPECT_TRUE(is_temporary_empty());
}

TEST_F(DiskStoreTest, VisitIgnoresWhatIsNoBlob) {
  const BlobId id = store_content(store(), "x");
  const fs::path blobs = fs::path(root()) / "blobs";
  const std::string digits(38, '0');
  std::ofstream(blobs / "00" / "README") << "x";
  std::ofstream(blobs / "00" / ("00" + digits + ".bak")) << "x";
  std::ofstream(blobs / "ab" / ("AB" + digits)) << "upper case";
  std::ofstream(blobs / "01" / ("02" + digits)) << "in another's shard";
  fs::create_directory(blobs / "03" / ("03" + digits));
  fs::create_symlink(blob_path(id), blobs / "04" / ("04" + digits));
  const auto entries = entries_of(store());
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries.begin()->first, id);
}

TEST_F(DiskStoreTest, VisitSaysWhenTheBlobWasLastWritten) {
  const BlobId id = store_content(store(), "x");
  const timespec written{.tv_sec = 1'700'000'000, .tv_nsec = 123'999'999};
  const timespec times[2] = {written, written};
  ASSERT_EQ(::utimensat(AT_FDCWD, blob_path(id).c_str(), times, 0), 0);
  EXPECT_EQ(entries_of(store()).at(id).modified_at,
            WallTime(std::chrono::milliseconds(1'700'000'000'123)));
}

TEST_F(DiskStoreTest, VisitThatFailsSaysSo) {
  store_content(store(), "x");
  const auto see = [](const BlobEntry&) -> Result<> { return {}; };
  for (const char* operation : {"openat", "read_directory", "fstatat"}) {
    operations_.plant({.operation = operation, .error = EIO});
    EXPECT_EQ(store().visit(see).error().code, ErrorCode::internal) << operation;
  }
  operations_.plant({.operation = "fstatat", .error = ENOENT});
  EXPECT_TRUE(store().visit(see)) << "removed between listing and looking";
}

TEST_F(DiskStoreTest, SpaceIsWhatTheFileSystemGivesUs) {
  struct statvfs facts{};
  ASSERT_EQ(::statvfs(root().c_str(), &facts), 0);
  const auto space = store().space();
  ASSERT_TRUE(space);
  EXPECT_EQ(space->total_bytes, std::uint64_t{facts.f_blocks} * facts.f_frsize);
  const std::uint64_t available = std::uint64_t{facts.f_bavail} * facts.f_frsize;
  const std::uint64_t difference =
      std::max(available, space->available_bytes) - std::min(available, space->available_bytes);
  EXPECT_LT(difference, space->total_bytes / 10) << "others use the disk as well";
  operations_.plant({.operation = "fstatvfs", .error = EIO});
  EXPECT_EQ(store().space().error().code, ErrorCode::internal);
}

TEST_F(DiskStoreTest, TheFoldersHeldAreNotReplacedByALinkPlantedLater) {
  const fs::path away = folder_.path() / "away";
  fs::create_directory(away);
  for (std::size_t number = 0; number < shard_count; ++number) {
    const fs::path shard = fs::path(root()) / "blobs" / shard_name(number);
    fs::rename(shard, shard.string() + ".moved");
    fs::create_directory_symlink(away, shard);
  }
  const BlobId id = store_content(store(), "x");
  EXPECT_TRUE(fs::is_empty(away));
  EXPECT_EQ(content_of(store(), id), "x");
}

// Whatever step fails, once or from then on: nothing half-made is ever visible, nothing sealed is
// lost, and the store works again when the disk does.
TEST_F(DiskStoreTest, AnyCallMayFailAtAnyTime) {
  const BlobId kept = store_content(store(), "kept");
  const auto scenario = [&] {
    std::vector<BlobId> sealed;
    for (int count = 0; count < 2; ++count) {
      auto staged = store().stage();
      if (!staged || !(*staged)->write(as_bytes("content")) || !(*staged)->finish()) continue;
      if ((*staged)->seal()) sealed.push_back((*staged)->id());
    }
    if (!sealed.empty()) {
      // A removal that failed may have happened or not.
      (void)store().remove(sealed.front());
      sealed.erase(sealed.begin());
    }
    return sealed;
  };
  operations_.forget_lines();
  scenario();
  const std::size_t calls = operations_.lines().size();
  ASSERT_GE(calls, 12U);
  for (const int error : {EIO, ENOSPC}) {
    for (const bool is_for_ever : {false, true}) {
      for (std::size_t nth = 1; nth <= calls; ++nth) {
        SCOPED_TRACE(std::to_string(error) + " at call " + std::to_string(nth));
        operations_.plant({.nth = nth, .error = error, .for_ever = is_for_ever});
        const std::vector<BlobId> sealed = scenario();
        operations_.heal();
        for (const BlobId& id : sealed) EXPECT_EQ(content_of(store(), id), "content");
        EXPECT_EQ(content_of(store(), kept), "kept");
        for (const auto& [id, entry] : entries_of(store())) {
          EXPECT_TRUE(id == kept || entry.bytes == 7U);
        }
        ASSERT_TRUE(store().recover());
        EXPECT_TRUE(is_temporary_empty());
      }
    }
  }
  EXPECT_TRUE(store().open(kept));
}

TEST_F(DiskStoreTest, UnreadableFoldersAreReportedAsCannotStart) {
  store_.reset();
  operations_.plant({.operation = "openat", .error = EACCES});
  const auto opened =
      DiskStore::open({.root = root(), .random = random_, .operations = &operations_});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
}

}  // namespace
}  // namespace argot::blob
