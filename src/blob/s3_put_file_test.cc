// S3Store::put_file(): what another store has, sent from where it stands.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "blob/nameless_file.h"
#include "blob/s3_fault_fixture.h"
#include "blob/s3_fixture.h"
#include "blob/test_content.h"
#include "blob/whole_io.h"
#include "digest/sha256.h"

namespace argot::blob {
namespace {

ContentFile file_of(std::string_view content, const std::string& folder) {
  auto file = make_nameless_file(folder);
  EXPECT_TRUE(file);
  SystemFileOps operations;
  EXPECT_TRUE(write_whole(operations, file->get(), as_bytes(content)));
  return {.file = *std::move(file),
          .bytes = content.size(),
          .sha256 = digest::sha256_of(as_bytes(content))};
}

class S3PutFileTest : public S3StubTest {
 protected:
  ContentFile file_of(std::string_view content) {
    return argot::blob::file_of(content, folder_.path());
  }
  std::string path() const { return "/files/p/" + id_.text(); }

  // Nothing is there of a file that was not taken, once the store is closed.
  void expect_nothing(std::unique_ptr<S3Store> store) {
    store.reset();
    EXPECT_TRUE(stub_.objects().empty());
    EXPECT_EQ(stub_.uploads(), 0U);
  }

  const BlobId id_ = BlobId::mint(random_);
};

TEST_F(S3PutFileTest, OnePartIsOneRequest) {
  const auto store = open_store();
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{part_bytes}}) {
    const std::size_t before = stub_.requests().size();
    const BlobId id = BlobId::mint(random_);
    ASSERT_TRUE(store->put_file(id, file_of(patterned(bytes))));
    EXPECT_EQ(stub_.requests().size(), before + 1);
    EXPECT_EQ(stub_.objects().at("/files/p/" + id.text()), patterned(bytes));
  }
}

TEST_F(S3PutFileTest, MoreArePartsOfTheSameBytes) {
  const auto store = open_store();
  for (const std::size_t bytes : {std::size_t{part_bytes + 1}, std::size_t{2 * part_bytes},
                                  std::size_t{7 * part_bytes + 3}}) {
    const BlobId id = BlobId::mint(random_);
    const std::size_t before = stub_.count("partNumber=");
    ASSERT_TRUE(store->put_file(id, file_of(patterned(bytes))));
    EXPECT_EQ(stub_.count("partNumber="), before + (bytes + part_bytes - 1) / part_bytes);
    EXPECT_EQ(stub_.objects().at("/files/p/" + id.text()), patterned(bytes));
    EXPECT_EQ(stub_.uploads(), 0U);
  }
}

TEST_F(S3PutFileTest, WhatIsNotWhatItHasToBeIsNeverThere) {
  for (const std::size_t bytes : {std::size_t{5}, std::size_t{2 * part_bytes + 1}}) {
    auto store = open_store();
    std::string content = patterned(bytes);
    ContentFile file = file_of(content);
    content.back() = static_cast<char>(content.back() ^ 1);
    file.sha256 = digest::sha256_of(as_bytes(content));
    const Result<> put = store->put_file(id_, std::move(file));
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::content_corrupt);
    EXPECT_EQ(stub_.count("CompleteMultipartUpload"), 0U);
    expect_nothing(std::move(store));
  }
}

TEST_F(S3PutFileTest, AFileThatEndsEarlyIsNotTaken) {
  auto store = open_store();
  ContentFile file = file_of(patterned(2 * part_bytes));
  file.bytes += 1;
  const Result<> put = store->put_file(id_, std::move(file));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::content_corrupt);
  expect_nothing(std::move(store));
}

TEST_F(S3PutFileTest, WhoeverWatchesHearsOfEveryByteAndMayEndIt) {
  auto store = open_store();
  std::vector<std::uint64_t> heard;
  ContentFile file = file_of(patterned(3 * part_bytes + 1));
  file.progress = [&](std::uint64_t done) -> Result<> {
    heard.push_back(done);
    return {};
  };
  ASSERT_TRUE(store->put_file(id_, std::move(file)));
  EXPECT_EQ(heard, (std::vector<std::uint64_t>{part_bytes, 2 * part_bytes, 3 * part_bytes,
                                               3 * part_bytes + 1}));
  ASSERT_TRUE(store->remove(id_));
  ContentFile stopped = file_of(patterned(3 * part_bytes));
  stopped.progress = [](std::uint64_t done) -> Result<> {
    if (done > part_bytes) return fail(ErrorCode::unavailable, "stopped");
    return {};
  };
  const Result<> put = store->put_file(id_, std::move(stopped));
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().detail, "stopped");
  expect_nothing(std::move(store));
}

TEST_F(S3PutFileTest, ARefusalLeavesNothing) {
  for (const char* const at : {"PUT /files", "partNumber=2", "uploadId="}) {
    auto store = open_store();
    stub_.plant(at, s3_error("403 Forbidden", "AccessDenied"));
    const std::size_t bytes = at == std::string_view("PUT /files") ? 5 : 3 * part_bytes;
    const Result<> put = store->put_file(id_, file_of(patterned(bytes)));
    ASSERT_FALSE(put) << at;
    EXPECT_EQ(put.error().code, ErrorCode::unavailable);
    expect_nothing(std::move(store));
  }
}

TEST_F(S3PutFileTest, PartsGrowWithContentThatWouldHaveTooMany) {
  EXPECT_EQ(S3Upload::part_bytes_of(0, 16_MiB), 16_MiB);
  EXPECT_EQ(S3Upload::part_bytes_of(S3Upload::parts_max * 16_MiB, 16_MiB), 16_MiB);
  const std::uint64_t more = S3Upload::parts_max * 16_MiB + 1;
  const std::uint64_t grown = S3Upload::part_bytes_of(more, 16_MiB);
  EXPECT_EQ(grown, 16_MiB + 1);
  EXPECT_LE((more + grown - 1) / grown, S3Upload::parts_max);
}

class S3OnCephPutFileTest : public S3Test {};

TEST_F(S3OnCephPutFileTest, ARealServerHasTheSameBytes) {
  SystemRandom random;
  const auto store = bucket().open_store();
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{7}, std::size_t{2 * s3_part_bytes + 11}}) {
    const BlobId id = BlobId::mint(random);
    ASSERT_TRUE(store->put_file(id, file_of(patterned(bytes), bucket().staging_folder())));
    EXPECT_TRUE(content_of(*store, id) == patterned(bytes));
  }
  EXPECT_EQ(bucket().unfinished_uploads(), 0U);
}

}  // namespace
}  // namespace argot::blob
