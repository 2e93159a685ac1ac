#include "blob/s3_blob.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <span>
#include <string>
#include <vector>

#include "blob/s3_fault_fixture.h"
#include "blob/scripted_file_ops.h"
#include "blob/test_content.h"

namespace argot::blob {
namespace {

using testing::ScriptedConnection;

class S3ReaderTest : public S3StubTest {
 protected:
  void SetUp() override {
    store_ = open_store();
    ASSERT_NE(store_, nullptr);
    auto opened = store_->open(store_content(*store_, content_));
    ASSERT_TRUE(opened);
    reader_ = *std::move(opened);
  }

  Result<> read(std::uint64_t offset, std::size_t size) {
    out_.assign(size, '?');
    return reader_->read(offset, std::as_writable_bytes(std::span(out_)));
  }
  ErrorCode error_of(std::uint64_t offset, std::size_t size) {
    const Result<> got = read(offset, size);
    EXPECT_FALSE(got);
    return got ? ErrorCode::internal : got.error().code;
  }
  // The ranges that were asked for.
  std::vector<std::string> ranges() const {
    std::vector<std::string> found;
    for (const std::string& request : stub_.requests()) {
      if (!request.starts_with("GET /files/p/")) continue;
      const std::size_t at = request.find("Range: bytes=") + 13;
      found.push_back(request.substr(at, request.find("\r\n", at) - at));
    }
    return found;
  }

  const std::string content_ = patterned(900);
  std::unique_ptr<S3Store> store_;
  std::unique_ptr<BlobReader> reader_;
  std::string out_;
};

TEST_F(S3ReaderTest, WhoReadsOnGetsItInOneAnswer) {
  for (std::size_t offset = 0; offset < 900; offset += 100) {
    ASSERT_TRUE(read(offset, 100));
    EXPECT_EQ(out_, content_.substr(offset, 100)) << offset;
  }
  EXPECT_EQ(ranges(), std::vector<std::string>{"0-899"});
}

TEST_F(S3ReaderTest, AnAnswerEndsWhereTheReadsDo) {
  reader_->expect_end(300);
  ASSERT_TRUE(read(100, 100));
  ASSERT_TRUE(read(200, 100));
  EXPECT_EQ(out_, content_.substr(200, 100));
  EXPECT_EQ(ranges(), std::vector<std::string>{"100-299"});
}

TEST_F(S3ReaderTest, AnExpectationKeepsNobodyFromReading) {
  reader_->expect_end(150);
  ASSERT_TRUE(read(100, 100));
  EXPECT_EQ(out_, content_.substr(100, 100));
  ASSERT_TRUE(read(200, 10));
  EXPECT_EQ(out_, content_.substr(200, 10));
  reader_->expect_end(5'000);
  ASSERT_TRUE(read(890, 10));
  EXPECT_EQ(out_, content_.substr(890, 10));
  EXPECT_EQ(ranges(), (std::vector<std::string>{"100-199", "200-209", "890-899"}));
}

TEST_F(S3ReaderTest, WhoJumpsIsAnsweredAnew) {
  ASSERT_TRUE(read(0, 100));
  ASSERT_TRUE(read(500, 10));
  ASSERT_TRUE(read(0, 10));
  EXPECT_EQ(out_, content_.substr(0, 10));
  EXPECT_EQ(ranges(), (std::vector<std::string>{"0-899", "500-899", "0-899"}));
}

TEST_F(S3ReaderTest, ABrokenAnswerIsTakenUpWhereItEnded) {
  stub_.plant({.at = "GET /files/p/", .act = [this](ScriptedConnection& connection) {
                 connection.send(
                     "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-899/900\r\n"
                     "Content-Length: 900\r\n\r\n" +
                     content_.substr(0, 300));
                 connection.finish_sending();
               }});
  ASSERT_TRUE(read(0, 900));
  EXPECT_EQ(out_, content_);
  EXPECT_EQ(ranges(), (std::vector<std::string>{"0-899", "300-899"}));
}

TEST_F(S3ReaderTest, AnAnswerThatBreaksEachTimeIsUnavailable) {
  stub_.plant({.at = "GET /files/p/",
               .act =
                   [](ScriptedConnection& connection) {
                     connection.send(
                         "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-899/900\r\n"
                         "Content-Length: 900\r\n\r\n");
                     connection.reset();
                   },
               .times = 100});
  EXPECT_EQ(error_of(0, 900), ErrorCode::unavailable);
}

TEST_F(S3ReaderTest, AnotherRangeIsNotTaken) {
  for (const std::string& range : {std::string("bytes 1-10/900"), std::string("bytes 0-9/901"),
                                   std::string("bytes 0-8/900")}) {
    stub_.plant("GET /files/p/", s3_reply("206 Partial Content", std::string(10, 'x'),
                                          "Content-Range: " + range + "\r\n"));
    EXPECT_EQ(error_of(0, 10), ErrorCode::unavailable) << range;
  }
  stub_.plant("GET /files/p/", s3_reply("200 OK", content_));
  EXPECT_EQ(error_of(0, 10), ErrorCode::unavailable);
}

TEST_F(S3ReaderTest, ContentThatHasChangedIsCorrupt) {
  stub_.plant("GET /files/p/", s3_error("412 Precondition Failed", "PreconditionFailed"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::content_corrupt);
  stub_.plant("GET /files/p/", s3_error("416 Range Not Satisfiable", "InvalidRange"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::content_corrupt);
  EXPECT_TRUE(stub_.requests().back().contains("\r\nIf-Match: \"e\"\r\n"));
}

TEST_F(S3ReaderTest, ContentThatIsGoneIsMissing) {
  stub_.plant("GET /files/p/", s3_error("404 Not Found", "NoSuchKey"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::content_missing);
}

// Who stands before S3 says 404 while it has nobody to ask, and S3 itself where the bucket is gone.
TEST_F(S3ReaderTest, ANotFoundThatIsNotAboutTheKeyIsUnavailable) {
  stub_.plant("GET /files/p/", s3_error("404 Not Found", "NoSuchBucket"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::unavailable);
  stub_.plant("GET /files/p/", s3_reply("404 Not Found", "<html>nobody here</html>"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::unavailable);
  ASSERT_TRUE(read(0, 10));
}

TEST_F(S3ReaderTest, WhyAHeadFindsNothingIsAsked) {
  const BlobId id = store_content(*store_, "x");
  for (const auto& [code, expected] : {std::pair("NoSuchKey", ErrorCode::content_missing),
                                       std::pair("NoSuchBucket", ErrorCode::unavailable)}) {
    stub_.plant("HEAD", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    stub_.plant("GET /files/p/", s3_error("404 Not Found", code));
    const auto opened = store_->open(id);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, expected) << code;
  }
  EXPECT_TRUE(stub_.requests().back().contains("\r\nRange: bytes=0-0\r\n"));
  EXPECT_TRUE(store_->open(id));
}

TEST_F(S3ReaderTest, ARefusalIsUnavailableAndAllIsWellAfterIt) {
  stub_.plant("GET /files/p/", s3_error("403 Forbidden", "AccessDenied"));
  EXPECT_EQ(error_of(0, 10), ErrorCode::unavailable);
  ASSERT_TRUE(read(0, 10));
  EXPECT_EQ(out_, content_.substr(0, 10));
}

TEST_F(S3ReaderTest, WithoutASizeOrAnETagNothingIsOpened) {
  const BlobId id = store_content(*store_, "x");
  for (const char* const headers :
       {"ETag: \"e\"\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\n"}) {
    stub_.plant("HEAD", std::string("HTTP/1.1 200 OK\r\n") + headers + "\r\n");
    const auto opened = store_->open(id);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  }
}

class S3StagedBlobTest : public S3StubTest {};

TEST_F(S3StagedBlobTest, MoreThanS3sPartsIsTooLarge) {
  S3StoreOptions options = store_options();
  options.part_bytes = 1;
  auto opened = S3Store::open(options);
  ASSERT_TRUE(opened);
  auto staged = (*opened)->stage();
  ASSERT_TRUE(staged);
  ASSERT_TRUE((*staged)->write(as_bytes(std::string(S3Upload::parts_max, 'x'))));
  const Result<> beyond = (*staged)->write(as_bytes("x"));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::file_too_large);
}

TEST_F(S3StagedBlobTest, WhatNobodyReadsAgainNeedsNoDisk) {
  ScriptedFileOps disk;
  disk.plant({.operation = "write", .error = ENOSPC, .for_ever = true});
  S3StoreOptions options = store_options();
  options.operations = &disk;
  options.parts_in_memory = 6;
  const auto store = *S3Store::open(options);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, part_bytes, 5 * part_bytes + 1}) {
    const auto staged = stage(*store, patterned(bytes), Waits::in_memory);
    ASSERT_TRUE(staged->seal()) << bytes;
    EXPECT_EQ(content_of(*store, staged->id()), patterned(bytes));
  }
  const auto staged = store->stage();
  const Result<> written = (*staged)->write(as_bytes("x"));
  ASSERT_FALSE(written) << "what may be read again is on the disk";
  EXPECT_EQ(written.error().code, ErrorCode::insufficient_storage);
}

// Its parts wait in memory, in the file and in memory again, as others take and give back.
TEST_F(S3StagedBlobTest, PartsGoToTheFileWhereTheMemoryIsTaken) {
  S3StoreOptions options = store_options();
  options.parts_in_memory = 1;
  const auto store = *S3Store::open(options);
  const auto other = [&] { return stage(*store, patterned(10), Waits::in_memory); };
  const std::string content = patterned(4 * part_bytes + 500);
  const auto part = [&](std::size_t number) {
    return as_bytes(std::string_view(content).substr(number * part_bytes, part_bytes));
  };
  auto staged = *store->stage();
  staged->forgo_reading();
  for (std::size_t number = 0; number < 5; ++number) {
    // Who has the memory keeps it while this part begins.
    const auto holder = number % 2 == 0 ? other() : nullptr;
    ASSERT_TRUE(staged->write(part(number).first(1)));
    ASSERT_TRUE(staged->write(part(number).subspan(1)));
  }
  ASSERT_TRUE(staged->finish());
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(content_of(*store, staged->id()), content);
}

TEST_F(S3StagedBlobTest, RemovingNeedsABucket) {
  const auto store = open_store();
  const BlobId id = store_content(*store, "x");
  stub_.plant("DELETE", s3_error("404 Not Found", "NoSuchBucket"));
  EXPECT_FALSE(store->remove(id));
  stub_.plant("DELETE", s3_error("404 Not Found", "NoSuchKey"));
  EXPECT_TRUE(store->remove(id));
}

TEST_F(S3StagedBlobTest, AListThatIsNoneIsNotTakenForAnEmptyOne) {
  const auto store = open_store();
  stub_.plant("GET /files?", s3_reply("200 OK", "<html/>"));
  const auto visited = store->visit([](const BlobEntry&) -> Result<> { return {}; });
  ASSERT_FALSE(visited);
  EXPECT_EQ(visited.error().code, ErrorCode::unavailable);
  stub_.plant("GET /files?", s3_error("403 Forbidden", "AccessDenied"));
  EXPECT_FALSE(store->recover());
}

TEST_F(S3StagedBlobTest, AServerWithoutAListOfUploadsMayBeUsed) {
  const auto store = open_store();
  stub_.plant("GET /files?", s3_error("501 Not Implemented", "NotImplemented"));
  EXPECT_TRUE(store->recover());
}

}  // namespace
}  // namespace argot::blob
