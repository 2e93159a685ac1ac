#include "blob/s3_upload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <latch>
#include <memory>
#include <ranges>
#include <string>
#include <vector>

#include "blob/s3_fault_fixture.h"
#include "blob/test_content.h"
#include "tests/support/tls.h"

namespace argot::blob {
namespace {

using testing::ScriptedConnection;

// Each with parts that wait in a file, and in memory.
class S3UploadTest : public S3StubTest, public ::testing::WithParamInterface<bool> {
 protected:
  static std::unique_ptr<StagedBlob> stage(S3Store& store, std::string_view content) {
    return S3StubTest::stage(store, content, GetParam() ? Waits::in_memory : Waits::in_file);
  }
  static std::string path_of(const StagedBlob& staged) { return "/files/p/" + staged.id().text(); }

  // Seals content of `bytes` bytes, which has to fail, and then has to have left nothing.
  void fails_and_leaves_nothing(std::size_t bytes, ErrorCode code = ErrorCode::unavailable) {
    auto store = open_store();
    auto staged = stage(*store, patterned(bytes));
    const Result<> sealed = staged->seal();
    ASSERT_FALSE(sealed);
    EXPECT_EQ(sealed.error().code, code) << sealed.error().detail;
    staged.reset();
    store.reset();  // which waits for what is cleared away
    EXPECT_TRUE(stub_.objects().empty());
    EXPECT_EQ(stub_.uploads(), 0U);
  }

  static constexpr std::size_t one_part = part_bytes;
  static constexpr std::size_t three_parts = 2 * part_bytes + 1;
};

TEST_P(S3UploadTest, OnePartIsOneRequest) {
  const auto store = open_store();
  const std::size_t before = stub_.requests().size();
  const auto staged = stage(*store, patterned(one_part));
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(stub_.requests().size(), before + 1);
  EXPECT_EQ(stub_.objects().at(path_of(*staged)), patterned(one_part));
  EXPECT_TRUE(stub_.requests().back().contains("\r\nIf-None-Match: *\r\n"));
}

TEST_P(S3UploadTest, MorePartsAreSentWhileTheRestArrives) {
  const auto store = open_store();
  const auto staged = stage(*store, patterned(three_parts));
  EXPECT_EQ(stub_.uploads(), 1U);
  EXPECT_TRUE(stub_.objects().empty());
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(stub_.count("partNumber="), 3U);
  EXPECT_EQ(stub_.objects().at(path_of(*staged)), patterned(three_parts));
  EXPECT_EQ(stub_.uploads(), 0U);
}

TEST_P(S3UploadTest, PartsAreSentAtOnce) {
  std::latch both(2);
  stub_.plant({.at = "partNumber=",
               .act =
                   [&both](ScriptedConnection& connection) {
                     both.arrive_and_wait();  // for ever, if the other did not come
                     connection.send(s3_reply("500 Internal Server Error"));
                   },
               .times = 2});
  const auto store = open_store();
  ASSERT_TRUE(stage(*store, patterned(three_parts))->seal());
}

TEST_P(S3UploadTest, AServerWithoutConditionsIsAskedOnce) {
  stub_.plant("PUT", s3_error("501 Not Implemented", "NotImplemented"));
  const auto store = open_store();
  ASSERT_TRUE(stage(*store, "a")->seal());
  ASSERT_TRUE(stage(*store, "b")->seal());
  EXPECT_EQ(stub_.count("PUT"), 3U);
  EXPECT_FALSE(stub_.requests().back().contains("If-None-Match"));
  EXPECT_EQ(stub_.objects().size(), 2U);
}

TEST_P(S3UploadTest, AnAnswerToAPutThatWasLostIsLookedUp) {
  stub_.plant({.at = "PUT", .act = reset, .is_done = true});
  const auto store = open_store();
  const auto staged = stage(*store, "content");
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(stub_.count("PUT"), 2U);
  EXPECT_EQ(stub_.count("HEAD"), 1U);
  EXPECT_EQ(stub_.objects().at(path_of(*staged)), "content");
}

TEST_P(S3UploadTest, WhatIsThereWithAnotherSizeIsNotTakenForOurs) {
  stub_.plant("PUT", s3_error("412 Precondition Failed", "PreconditionFailed"));
  stub_.plant("HEAD", "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 6\r\n\r\n");
  fails_and_leaves_nothing(7);
}

TEST_P(S3UploadTest, APutThatFailsForGoodLeavesNothing) {
  // Done each time, and never answered: what may be there has to be removed.
  stub_.plant({.at = "PUT", .act = reset, .times = 100, .is_done = true});
  fails_and_leaves_nothing(7);
  EXPECT_EQ(stub_.count("DELETE"), 1U);
}

TEST_P(S3UploadTest, APutThatIsRefusedLeavesNothing) {
  stub_.plant("PUT", s3_error("403 Forbidden", "QuotaExceeded"));
  fails_and_leaves_nothing(7, ErrorCode::insufficient_storage);
}

TEST_P(S3UploadTest, APartThatFailsIsSentAgain) {
  stub_.plant({.at = "partNumber=2", .act = reset, .is_done = true});
  stub_.plant("partNumber=1", s3_error("503 Slow Down", "SlowDown"), tries_max - 1);
  const auto store = open_store();
  const auto staged = stage(*store, patterned(three_parts));
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(stub_.objects().at(path_of(*staged)), patterned(three_parts));
}

TEST_P(S3UploadTest, APartThatFailsForGoodFailsTheUpload) {
  stub_.plant("partNumber=2", s3_error("500 Internal Server Error", "InternalError"), tries_max);
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, APartWithoutAnETagFailsTheUpload) {
  stub_.plant("partNumber=2", s3_reply("200 OK"));
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, AnETagThatIsWrongFailsTheUpload) {
  stub_.plant({.at = "partNumber=2",
               .act =
                   [](ScriptedConnection& connection) {
                     connection.send(s3_reply("200 OK", "", "ETag: \"wrong\"\r\n"));
                   },
               .is_done = true});
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, AnUploadThatCannotBeginFailsTheWrite) {
  for (const std::string& reply : {s3_error("403 Forbidden", "AccessDenied"),
                                   s3_reply("200 OK", "<InitiateMultipartUploadResult/>")}) {
    stub_.plant("?uploads=", reply);
    const auto store = open_store();
    auto staged = store->stage();
    ASSERT_TRUE(staged);
    if (GetParam()) (*staged)->forgo_reading();
    const Result<> written = (*staged)->write(as_bytes(patterned(three_parts)));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  }
}

TEST_P(S3UploadTest, ACompletionThatFailsInA200LeavesNothing) {
  stub_.plant({.at = "?uploadId=",
               .act =
                   [](ScriptedConnection& connection) {
                     connection.send(s3_error("200 OK", "InternalError"));
                   },
               .times = tries_max});
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, AnAnswerToACompletionThatWasLostIsLookedUp) {
  stub_.plant({.at = "?uploadId=", .act = reset, .is_done = true});
  const auto store = open_store();
  const auto staged = stage(*store, patterned(three_parts));
  ASSERT_TRUE(staged->seal());
  EXPECT_EQ(stub_.objects().at(path_of(*staged)), patterned(three_parts));
}

TEST_P(S3UploadTest, ACompletionThatWasNeverAnsweredLeavesNothing) {
  stub_.plant({.at = "?uploadId=", .act = reset, .times = tries_max, .is_done = true});
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, AnObjectOfAnotherSizeIsNoSuccess) {
  stub_.plant("HEAD", "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 2000\r\n\r\n");
  fails_and_leaves_nothing(three_parts);
}

TEST_P(S3UploadTest, WhatIsDroppedWhileAPartIsUnderWayIsAborted) {
  std::latch begun(1);
  stub_.plant({.at = "partNumber=1", .act = [&begun](ScriptedConnection& connection) {
                 begun.count_down();
                 connection.stall();
               }});
  auto store = open_store();
  auto staged = stage(*store, patterned(three_parts));
  begun.wait();
  staged.reset();
  store.reset();
  EXPECT_EQ(stub_.uploads(), 0U);
  EXPECT_EQ(stub_.count("DELETE"), 1U);
}

TEST_P(S3UploadTest, WhatIsDroppedBeforeAnythingWasSentNeedsNoRequest) {
  auto store = open_store();
  const std::size_t before = stub_.requests().size();
  stage(*store, patterned(one_part)).reset();
  store.reset();
  EXPECT_EQ(stub_.requests().size(), before);
}

// What protects it then is TLS; what makes an object of the parts is signed all the same.
TEST_P(S3UploadTest, ContentMayGoUnsigned) {
  const testing::Certificate authority = testing::make_certificate({.common_name = "authority"});
  const S3Stub stub(
      testing::tls_wrap(testing::make_certificate({.address = "127.0.0.1"}, {}, &authority)));
  S3StoreOptions options = store_options();
  options.client.ca_file = folder_ / "authority.pem";
  std::ofstream(options.client.ca_file) << authority.certificate_pem;
  for (const bool is_signed : {true, false}) {
    options.client.location =
        *S3Location::parse(stub.location() + (is_signed ? "&payload=signed" : "&payload=unsigned"));
    auto opened = S3Store::open(options);
    ASSERT_TRUE(opened) << describe(opened.error());
    const std::size_t before = stub.requests().size();
    for (const std::size_t bytes : {std::size_t{0}, one_part, three_parts}) {
      const auto staged = stage(**opened, patterned(bytes));
      ASSERT_TRUE(staged->seal());
      EXPECT_EQ(stub.objects().at(path_of(*staged)), patterned(bytes));
    }
    opened->reset();
    const std::vector<std::string> requests = stub.requests();
    const auto sent = requests | std::views::drop(before);
    EXPECT_EQ(
        std::ranges::count_if(
            sent, [](const std::string& request) { return request.contains("UNSIGNED-PAYLOAD"); }),
        is_signed ? 0 : 5);
  }
}

INSTANTIATE_TEST_SUITE_P(InFile, S3UploadTest, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(InMemory, S3UploadTest, ::testing::Values(true));

}  // namespace
}  // namespace argot::blob
