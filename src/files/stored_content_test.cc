#include "files/stored_content.h"

#include <gtest/gtest.h>

#include "files/library_fixture_test.h"
#include "tests/support/watched_log.h"

namespace argot::files {
namespace {

class StoredContentTest : public LibraryFixture {
 protected:
  Result<std::unique_ptr<StoredContent>> open(const catalog::File& file) {
    return open_stored_content(
        {.file = file, .checksums = {}},
        {.catalog = catalog_, .blobs = faulty_, .clock = clock_, .log = watched_});
  }

  testing::WatchedLog watched_;
};

TEST_F(StoredContentTest, IsWhatWasPut) {
  const catalog::File file = put("hello").value();
  const auto content = open(file);
  ASSERT_TRUE(content);
  const blob::BlobReader* const reader = (*content)->opened((*content)->layout().first());
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->size(), 5U);
}

TEST_F(StoredContentTest, ThatIsMissingIsAnAlarm) {
  const catalog::File file = put("hello").value();
  ASSERT_TRUE(store_.remove(file.blob));
  EXPECT_EQ(open(file).error().code, ErrorCode::content_missing);
  EXPECT_TRUE(watched_.wait_for("alarm_content_missing"));
}

TEST_F(StoredContentTest, OfAnotherSizeIsAnAlarm) {
  catalog::File file = put("hello").value();
  file.bytes = 6;
  EXPECT_EQ(open(file).error().code, ErrorCode::content_missing);
  EXPECT_TRUE(watched_.wait_for("alarm_content_missing"));
}

TEST_F(StoredContentTest, OfADeletedFileIsNoAlarm) {
  const catalog::File file = put("hello").value();
  ASSERT_TRUE(library_.remove(scope_, file.id));
  ASSERT_TRUE(sweeper_.remove_garbage());
  const auto reader = open(file);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::file_not_found);
  EXPECT_EQ(reader.error().detail, file.id);
}

TEST_F(StoredContentTest, ThatTheStoreCannotOpenIsTheStoresError) {
  const catalog::File file = put("hello").value();
  faulty_.fail_next(blob::FaultyStore::Operation::open, {.code = ErrorCode::overloaded});
  EXPECT_EQ(open(file).error().code, ErrorCode::overloaded);
}

}  // namespace
}  // namespace argot::files
