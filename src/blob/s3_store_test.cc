#include "blob/s3_store.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "blob/blob_contract.h"
#include "blob/s3_fixture.h"
#include "blob/scripted_file_ops.h"

namespace argot::blob {
namespace {

struct S3OnCephHarness {
  S3OnCephHarness() { reopen(); }

  static std::string why_missing() { return testing::S3Server::why_missing(); }
  static constexpr bool removes_at_once = true;

  BlobStore& store() { return *store_; }
  void reopen() {
    store_.reset();
    store_ = bucket_.open_store();
    ASSERT_NE(store_, nullptr);
    ASSERT_TRUE(store_->recover());
  }

  S3Bucket bucket_;
  std::unique_ptr<S3Store> store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(S3OnCeph, BlobContract, S3OnCephHarness);

class S3OnCephStoreTest : public S3Test {};

// Content of several parts, which begins and ends within one.
constexpr std::size_t large_bytes = 3 * s3_part_bytes + 12'345;

TEST_F(S3OnCephStoreTest, ContentOfManyPartsReadsBack) {
  const auto store = bucket().open_store();
  for (const std::size_t size : {std::size_t{s3_part_bytes - 1}, std::size_t{s3_part_bytes},
                                 std::size_t{s3_part_bytes + 1}, large_bytes}) {
    const std::string content = patterned(size);
    EXPECT_EQ(content_of(*store, store_content(*store, content)), content) << size;
  }
  EXPECT_EQ(bucket().unfinished_uploads(), 0U);
}

TEST_F(S3OnCephStoreTest, ContentOfManyPartsReadsBackBeforeItIsSealed) {
  const auto store = bucket().open_store();
  const std::string content = patterned(large_bytes);
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes(content)));
  ASSERT_TRUE((*staged)->finish());
  std::string out(content.size(), '?');
  EXPECT_TRUE((*staged)->read(0, std::as_writable_bytes(std::span(out))));
  EXPECT_TRUE(out == content);
  EXPECT_TRUE(entries_of(*store).empty());
  EXPECT_TRUE((*staged)->seal());
  EXPECT_EQ(entries_of(*store).at((*staged)->id()).bytes, content.size());
}

// What comes from a URL that was given away, which nobody signs for.
std::string status_and_body(const std::string& url, fetch::Headers& headers) {
  const SystemClock clock;
  fetch::Client client({}, clock);
  auto response = client.open({.method = "GET", .url = url}, {});
  if (!response) return "no response";
  std::string body;
  headers = (*response)->head().headers;
  const int status = (*response)->head().status;
  EXPECT_TRUE((*response)->drain([&body](Bytes piece) {
    body.append(as_text(piece));
    return true;
  }));
  return std::to_string(status) + " " + (status == 200 ? body : "");
}

TEST_F(S3OnCephStoreTest, AUrlGivesTheContentToWhoeverHasItUntilItIsTooLate) {
  const std::string content = patterned(10'000);
  S3StoreOptions options = bucket().store_options();
  options.url_lifetime = std::chrono::seconds(60);
  const auto store = bucket().open_store(options);
  const BlobId id = store_content(*store, content);
  const std::string disposition = "attachment; filename*=UTF-8''na%C3%AFve%20%26%20b.txt";
  const auto url = store->direct_url(id, disposition);
  ASSERT_TRUE(url);
  fetch::Headers headers;
  EXPECT_TRUE(status_and_body(*url, headers) == "200 " + content);
  EXPECT_EQ(*fetch::find_header(headers, "content-disposition"), disposition);
  EXPECT_EQ(*fetch::find_header(headers, "content-type"), "application/octet-stream");

  EXPECT_EQ(status_and_body(*url + "0", headers), "403 ");
  testing::FakeClock hour_ago(1'000 * (unix_seconds(SystemClock().now()) - 3'600));
  S3ClientOptions client = bucket().client_options();
  const S3Client late({.location = client.location,
                       .credentials = client.credentials,
                       .ca_file = "",
                       .clock = hour_ago,
                       .random = client.random,
                       .log = client.log});
  const std::string key = client.location.prefix + id.text();
  EXPECT_EQ(status_and_body(late.url_for(key, {}, std::chrono::seconds(60)), headers), "403 ");
  EXPECT_TRUE(status_and_body(late.url_for(key, {}, std::chrono::hours(2)), headers) ==
              "200 " + content);
}

TEST_F(S3OnCephStoreTest, NobodyGetsAUrlUnlessItHasALifetime) {
  const auto store = bucket().open_store();
  EXPECT_FALSE(store->direct_url(store_content(*store, "content"), ""));
}

TEST_F(S3OnCephStoreTest, NothingThatIsStagedHasANameOnTheDisk) {
  const auto store = bucket().open_store();
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes("secret")));
  EXPECT_TRUE(std::filesystem::is_empty(bucket().staging_folder()));
}

TEST_F(S3OnCephStoreTest, WhatIsDroppedInTheMiddleOfItsPartsIsAborted) {
  auto store = bucket().open_store();
  {
    auto staged = store->stage();
    ASSERT_TRUE(staged);
    ASSERT_TRUE((*staged)->write(as_bytes(patterned(large_bytes))));
    EXPECT_EQ(bucket().unfinished_uploads(), 1U);
  }
  store.reset();  // which waits for it
  EXPECT_EQ(bucket().unfinished_uploads(), 0U);
}

TEST_F(S3OnCephStoreTest, ADeadProcessesUploadIsAbortedOnceItIsOld) {
  const auto store = bucket().open_store();
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes(patterned(large_bytes))));

  ASSERT_TRUE(bucket().open_store()->recover());
  EXPECT_EQ(bucket().unfinished_uploads(), 1U);  // it may be a living replica's

  // As if a day had passed since: the server's times have no fractions, and may be a second ahead.
  S3StoreOptions options = bucket().store_options();
  options.upload_age_max = -std::chrono::seconds(2);
  ASSERT_TRUE(S3Bucket::open_store(options)->recover());
  EXPECT_EQ(bucket().unfinished_uploads(), 0U);

  ASSERT_TRUE((*staged)->finish());
  const Result<> sealed = (*staged)->seal();
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(entries_of(*store).empty());
}

TEST_F(S3OnCephStoreTest, RecoveringLeavesOtherPrefixesAlone) {
  const auto store = bucket().open_store();
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes(patterned(large_bytes))));
  for (const char* const prefix : {"", "argot", "argot/content/deeper", "argot/other"}) {
    bucket().set_prefix(prefix);
    S3StoreOptions options = bucket().store_options();
    options.upload_age_max = -std::chrono::seconds(2);
    ASSERT_TRUE(S3Bucket::open_store(options)->recover()) << prefix;
  }
  EXPECT_EQ(bucket().unfinished_uploads(), 1U);
}

TEST_F(S3OnCephStoreTest, StoresWithOtherPrefixesDoNotSeeEachOther) {
  const auto store = bucket().open_store();
  const BlobId id = store_content(*store, "x");
  for (const char* const prefix : {"", "argot", "argot/content/deeper", "argot/content2"}) {
    bucket().set_prefix(prefix);
    const auto other = bucket().open_store();
    EXPECT_TRUE(entries_of(*other).empty()) << prefix;
    EXPECT_EQ(other->open(id).error().code, ErrorCode::content_missing) << prefix;
  }
}

TEST_F(S3OnCephStoreTest, VisitSeesMoreThanOnePage) {
  const auto store = bucket().open_store();
  constexpr std::size_t count = 1'005;
  {
    std::vector<std::jthread> threads;
    for (std::size_t first = 0; first < 5; ++first) {
      threads.emplace_back([&store, first] {
        for (std::size_t blob = first; blob < count; blob += 5) store_content(*store, "x");
      });
    }
  }
  EXPECT_EQ(entries_of(*store).size(), count);
}

TEST_F(S3OnCephStoreTest, AReaderGoesAnywhere) {
  const auto store = bucket().open_store();
  const std::string content = patterned(large_bytes);
  auto reader = store->open(store_content(*store, content));
  ASSERT_TRUE(reader);
  for (const auto& [offset, size] : std::vector<std::pair<std::size_t, std::size_t>>{
           {10, 10}, {20, 4'000'000}, {0, 1}, {4'000'020, 1'000}, {large_bytes - 1, 1}, {1, 9}}) {
    std::string part(size, '?');
    ASSERT_TRUE((*reader)->read(offset, std::as_writable_bytes(std::span(part)))) << offset;
    EXPECT_TRUE(part == content.substr(offset, size)) << offset;
  }
}

TEST_F(S3OnCephStoreTest, ReadingOnNeedsFewRequests) {
  const auto store = bucket().open_store();
  const std::string content = patterned(large_bytes);
  auto reader = store->open(store_content(*store, content));
  ASSERT_TRUE(reader);
  const std::uint64_t before = store->counters().requests.value();
  std::string got;
  std::string piece(std::size_t{64_KiB}, '?');
  while (got.size() < content.size()) {
    piece.resize(std::min(piece.size(), content.size() - got.size()));
    ASSERT_TRUE((*reader)->read(got.size(), std::as_writable_bytes(std::span(piece))));
    got += piece;
  }
  EXPECT_TRUE(got == content);
  // 64 KiB, 128 KiB, ... 8 MiB: as many as it takes to double that often.
  EXPECT_LE(store->counters().requests.value() - before, 8U);
}

TEST_F(S3OnCephStoreTest, ABucketThatIsNotThereKeepsItFromStarting) {
  S3StoreOptions options = bucket().store_options();
  options.client.location.bucket = "nowhere-at-all";
  const auto opened = S3Store::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
  EXPECT_NE(opened.error().detail.find("404 NoSuchBucket"), std::string::npos)
      << opened.error().detail;
}

TEST_F(S3OnCephStoreTest, AWrongSecretKeepsItFromStartingAndIsNotShown) {
  S3StoreOptions options = bucket().store_options();
  options.client.credentials.secret_key = "wrong-secret";
  const auto opened = S3Store::open(options);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
  EXPECT_NE(opened.error().detail.find("403 SignatureDoesNotMatch"), std::string::npos)
      << opened.error().detail;
  EXPECT_EQ(opened.error().detail.find("wrong-secret"), std::string::npos);
}

TEST_F(S3OnCephStoreTest, ADiskThatTakesNoMoreIsInsufficientStorage) {
  ScriptedFileOps operations;
  S3StoreOptions options = bucket().store_options();
  options.operations = &operations;
  const auto store = S3Bucket::open_store(options);
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  operations.plant({.operation = "write", .nth = 2, .error = ENOSPC});
  ASSERT_TRUE((*staged)->write(as_bytes("a")));
  const Result<> written = (*staged)->write(as_bytes("b"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::insufficient_storage);
}

TEST_F(S3OnCephStoreTest, WhatTheDiskGivesBackWrongIsNotStored) {
  ScriptedFileOps operations;
  S3StoreOptions options = bucket().store_options();
  options.operations = &operations;
  const auto store = S3Bucket::open_store(options);
  auto staged = store->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes("content")));
  ASSERT_TRUE((*staged)->finish());
  operations.plant({.operation = "pread", .error = EIO});
  EXPECT_FALSE((*staged)->seal());
  EXPECT_TRUE(entries_of(*store).empty());
}

TEST_F(S3OnCephStoreTest, ShortWritesAndInterruptionsChangeNothing) {
  ScriptedFileOps operations;
  S3StoreOptions options = bucket().store_options();
  options.operations = &operations;
  const auto store = S3Bucket::open_store(options);
  operations.plant({.operation = "write", .nth = 1, .short_bytes = 3});
  operations.plant({.operation = "write", .nth = 2, .error = EINTR});
  operations.plant({.operation = "pread", .nth = 1, .error = EINTR});
  operations.plant({.operation = "pread", .nth = 2, .short_bytes = 2});
  const std::string content = patterned(10'000);
  EXPECT_EQ(content_of(*store, store_content(*store, content)), content);
}

}  // namespace
}  // namespace argot::blob
