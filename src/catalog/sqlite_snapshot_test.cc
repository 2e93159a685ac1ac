#include "catalog/sqlite_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "catalog/copy_fixture.h"
#include "catalog/schema.h"

namespace argot::catalog {
namespace {

using ::testing::HasSubstr;

class SqliteSnapshotTest : public ::testing::Test {
 protected:
  SqliteSnapshotTest() : trace_(__FILE__, __LINE__, random.seed_text()) {}

  std::string refusal() const {
    const auto opened = SqliteSnapshot::open(used.path());
    if (opened) return "none";
    EXPECT_EQ(code_of(opened), "cannot_start");
    return opened.error().detail;
  }

  std::string file_text() const {
    std::ifstream file(used.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  void run_script(const char* script) const {
    const auto connection = value_of(open_database({.path = used.path()}));
    ASSERT_TRUE(connection->run_script(script));
  }

  std::uint64_t count(SqliteSnapshot& snapshot, Table table) {
    std::uint64_t rows = 0;
    const SeeRow add = [&](const PortableRow&) -> Result<> {
      ++rows;
      return {};
    };
    EXPECT_TRUE(snapshot.read(table, add));
    return rows;
  }

  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  UsedCatalog used{folder / "meta.db", clock, random};

 private:
  ::testing::ScopedTrace trace_;
};

TEST_F(SqliteSnapshotTest, ReadingLeavesTheFileAsItWas) {
  used.fill();
  const std::string before = file_text();
  {
    const auto snapshot = value_of(SqliteSnapshot::open(used.path()));
    for (const Table table : all_tables) EXPECT_GT(count(*snapshot, table), 0U);
  }
  EXPECT_EQ(file_text(), before);
}

TEST_F(SqliteSnapshotTest, WhatCommitsLaterIsNotSeen) {
  used.fill();
  // Closed last: it would wait for the snapshot.
  const auto catalog = used.open();
  const auto snapshot = value_of(SqliteSnapshot::open(used.path()));
  const std::uint64_t files = count(*snapshot, Table::files);
  value_of(catalog->commit_file(make_file(random, used.projects[0])));
  EXPECT_EQ(count(*snapshot, Table::files), files);
}

TEST_F(SqliteSnapshotTest, NeededIsTheContentOfFilesAndPartsAndNoName) {
  used.fill();
  std::set<std::string> expected;
  std::uint64_t bytes = 0;
  {
    const auto catalog = used.open();
    for (const StoredFile& stored : value_of(catalog->stored_files(0, 1'000))) {
      if (stored.content.file.part_count == 0) {
        expected.insert(stored.content.file.blob.text());
        bytes += stored.content.file.bytes;
      }
      for (const ContentPart& part : value_of(catalog->content_parts(stored.content.file.blob))) {
        expected.insert(part.blob.text());
        bytes += part.bytes;
      }
    }
  }
  for (const UploadPart& part : used.pending) {
    expected.insert(part.blob.text());
    bytes += part.bytes;
  }
  const auto snapshot = value_of(SqliteSnapshot::open(used.path()));
  std::set<std::string> needed;
  ASSERT_TRUE(snapshot->read_needed([&](const NeededBlob& blob) -> Result<> {
    needed.insert(blob.blob.text());
    return {};
  }));
  EXPECT_EQ(needed, expected);
  const SnapshotTotals totals = value_of(snapshot->totals());
  EXPECT_EQ(totals.blobs, expected.size());
  EXPECT_EQ(totals.blob_bytes, bytes);
  EXPECT_EQ(totals.organizations, 2U);
  EXPECT_EQ(totals.files, count(*snapshot, Table::files));
  EXPECT_TRUE(value_of(snapshot->is_known(used.pending[0].blob)));
  EXPECT_FALSE(value_of(snapshot->is_known(BlobId::mint(random))));
}

TEST_F(SqliteSnapshotTest, AnErrorOfWhoeverReadsEndsIt) {
  used.fill();
  const auto snapshot = value_of(SqliteSnapshot::open(used.path()));
  const SeeRow stop = [](const PortableRow&) -> Result<> { return fail(ErrorCode::unavailable); };
  EXPECT_EQ(code_of(snapshot->read(Table::files, stop)), "unavailable");
  const auto stop_blobs = [](const NeededBlob&) -> Result<> {
    return fail(ErrorCode::unavailable);
  };
  EXPECT_EQ(code_of(snapshot->read_needed(stop_blobs)), "unavailable");
  EXPECT_GT(count(*snapshot, Table::files), 1U);
}

TEST_F(SqliteSnapshotTest, ANewerVersionIsRefused) {
  used.fill();
  run_script("PRAGMA user_version = 99");
  EXPECT_THAT(refusal(), HasSubstr("has version 99, and this program knows versions up to"));
}

TEST_F(SqliteSnapshotTest, AnOlderVersionIsRefusedAndLeftAsItIs) {
  used.fill();
  run_script("PRAGMA user_version = 3");
  const std::string before = file_text();
  EXPECT_THAT(refusal(), HasSubstr("has version 3"));
  EXPECT_THAT(refusal(), HasSubstr("start a server of this program on it once"));
  EXPECT_EQ(file_text(), before);
}

TEST_F(SqliteSnapshotTest, WhatIsNotOursIsRefused) {
  EXPECT_THAT(refusal(), HasSubstr("cannot be opened"));
  std::ofstream(used.path()) << "something else, and long enough to be taken for a database file";
  EXPECT_THAT(refusal(), HasSubstr("is not a SQLite database"));
}

TEST_F(SqliteSnapshotTest, DamageIsFoundBeforeAnythingIsRead) {
  used.fill();
  const auto size = std::filesystem::file_size(used.path());
  std::fstream file(used.path(), std::ios::binary | std::ios::in | std::ios::out);
  for (std::uintmax_t page = 4096; page + 4096 <= size; page += 4096) {
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(16, '\xff');
  }
  file.close();
  EXPECT_THAT(refusal(), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace argot::catalog
