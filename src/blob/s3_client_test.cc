#include "blob/s3_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "blob/s3_answer.h"
#include "blob/s3_fault_fixture.h"
#include "digest/sha256.h"
#include "tests/support/tls.h"

namespace argot::blob {
namespace {

using testing::ScriptedConnection;

class S3ClientTest : public S3StubTest {
 protected:
  static S3Request head() { return {.operation = "HeadObject", .method = "HEAD", .key = "p/k"}; }
  static S3Request complete(fetch::BodySource& body) {
    return {.operation = "CompleteMultipartUpload",
            .method = "POST",
            .key = "p/k",
            .query = {{"uploadId", "u"}},
            .body = &body};
  }

  S3Client client_{client_options()};
};

TEST_F(S3ClientTest, ARequestIsSignedAndShowsNoSecret) {
  ASSERT_TRUE(client_.perform({.operation = "GetObject",
                               .key = "p/k",
                               .query = {{"uploads", ""}, {"a", "b/c"}},
                               .headers = {{"Range", "bytes=0-1"}}}));
  const std::string request = stub_.requests().at(0);
  EXPECT_TRUE(request.starts_with(
      "GET /files/p/k?a=b%2Fc&uploads= HTTP/1.1\r\nHost: " + stub_.server().address() + "\r\n"))
      << request;
  EXPECT_TRUE(request.contains("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKID/")) << request;
  EXPECT_TRUE(request.contains("\r\nRange: bytes=0-1\r\n")) << request;
  EXPECT_FALSE(request.contains("the-secret"));
}

TEST_F(S3ClientTest, TheBucketMayStandInFrontOfTheHost) {
  S3ClientOptions options = client_options();
  options.location = *S3Location::parse("s3://files/p?style=virtual&endpoint=http://localhost:" +
                                        std::to_string(stub_.server().port()));
  S3Client client(options);
  ASSERT_TRUE(client.perform(head()));
  const std::string request = stub_.requests().at(0);
  EXPECT_TRUE(request.starts_with("HEAD /p/k HTTP/1.1\r\nHost: files.localhost:")) << request;
}

TEST_F(S3ClientTest, ARefusalIsAnAnswerAndNotTriedAgain) {
  for (const auto& [status, code] : std::vector<std::pair<std::string, std::string>>{
           {"400 Bad Request", "InvalidRequest"},
           {"403 Forbidden", "AccessDenied"},
           {"404 Not Found", "NoSuchBucket"},
           {"409 Conflict", "BucketNotEmpty"},
           {"501 Not Implemented", "NotImplemented"}}) {
    stub_.plant("GET /files", s3_error(status, code));
    const std::size_t before = stub_.requests().size();
    const S3Request request{.operation = "ListObjectsV2"};
    const auto reply = client_.perform(request);
    ASSERT_TRUE(reply) << status;
    EXPECT_FALSE(reply->is_success()) << status;
    EXPECT_EQ(reply->code, code);
    EXPECT_EQ(stub_.requests().size(), before + 1) << status;
    const Error error = client_.refusal(request, *reply);
    EXPECT_EQ(error.code, ErrorCode::unavailable);
    EXPECT_EQ(error.detail, "S3 ListObjectsV2: " + status.substr(0, 3) + " " + code);
  }
}

TEST_F(S3ClientTest, AFullAccountIsInsufficientStorage) {
  for (const std::string& reply :
       {s3_error("403 Forbidden", "QuotaExceeded"), s3_error("507 Insufficient Storage", "Full")}) {
    stub_.plant("GET /files", reply);
    const S3Request request{.operation = "ListObjectsV2"};
    const auto got = client_.perform(request);
    ASSERT_TRUE(got);
    EXPECT_EQ(client_.refusal(request, *got).code, ErrorCode::insufficient_storage);
  }
}

TEST_F(S3ClientTest, ACodeThatIsNoWordIsNotRepeated) {
  stub_.plant("GET /files", s3_error("403 Forbidden", "x y&lt;script&gt;"));
  const S3Request request{.operation = "ListObjectsV2"};
  const auto reply = client_.perform(request);
  ASSERT_TRUE(reply);
  EXPECT_EQ(client_.refusal(request, *reply).detail, "S3 ListObjectsV2: 403 Error");
}

TEST_F(S3ClientTest, WhatMayPassIsTriedAgain) {
  std::vector<std::function<void(ScriptedConnection&)>> troubles;
  for (const std::string& reply :
       {s3_error("500 Internal Server Error", "InternalError"),
        s3_error("503 Slow Down", "SlowDown"), s3_reply("503 Service Unavailable"),
        s3_reply("502 Bad Gateway", "<html>"), s3_reply("504 Gateway Timeout"),
        s3_reply("429 Too Many Requests"), s3_error("400 Bad Request", "RequestTimeout"),
        s3_error("409 Conflict", "ConditionalRequestConflict"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
        std::string("nonsense")}) {
    troubles.emplace_back([reply](ScriptedConnection& connection) {
      connection.send(reply);
      connection.close();
    });
  }
  troubles.emplace_back([](ScriptedConnection& connection) { connection.reset(); });
  for (std::size_t trouble = 0; trouble < troubles.size(); ++trouble) {
    stub_.plant({.at = "GET /files", .act = troubles[trouble], .times = tries_max - 1});
    const std::size_t before = stub_.requests().size();
    const auto reply = client_.perform({.operation = "ListObjectsV2"});
    ASSERT_TRUE(reply) << trouble << ": " << reply.error().detail;
    EXPECT_TRUE(reply->is_success()) << trouble;
    EXPECT_EQ(stub_.requests().size(), before + tries_max) << trouble;
  }
}

TEST_F(S3ClientTest, TriesHaveAnEnd) {
  stub_.plant("GET /files", s3_error("503 Slow Down", "SlowDown"), 100);
  const auto reply = client_.perform({.operation = "ListObjectsV2"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
  EXPECT_EQ(reply.error().detail, "S3 ListObjectsV2: 503 SlowDown");
  EXPECT_EQ(stub_.requests().size(), static_cast<std::size_t>(tries_max));
  EXPECT_EQ(client_.counters().requests.value(), static_cast<std::uint64_t>(tries_max));
  EXPECT_EQ(client_.counters().failures.value(), 1U);
}

TEST_F(S3ClientTest, AServerThatWantsALongWaitIsNotWaitedFor) {
  stub_.plant("GET /files", s3_reply("503 Slow Down", "", "Retry-After: 60\r\n"));
  const auto reply = client_.perform({.operation = "ListObjectsV2"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(stub_.requests().size(), 1U);
}

TEST_F(S3ClientTest, AServerThatSaysNothingIsNotWaitedForForEver) {
  stub_.plant({.at = "GET /files",
               .act = [](ScriptedConnection& connection) { connection.stall(); },
               .times = 1});
  S3ClientOptions options = client_options();
  options.stall_timeout = std::chrono::milliseconds(50);
  S3Client client(options);
  const auto reply = client.perform({.operation = "ListObjectsV2"});
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->is_success());
  EXPECT_EQ(client.counters().retries.value(), 1U);
}

TEST_F(S3ClientTest, NobodyListeningIsUnavailable) {
  S3ClientOptions options = client_options();
  options.location.host = "127.0.0.1:" + std::to_string(testing::closed_port());
  S3Client client(options);
  const auto reply = client.perform({.operation = "ListObjectsV2"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::unavailable);
}

TEST_F(S3ClientTest, TheWholeBodyIsSentAgain) {
  stub_.plant("PUT", s3_error("500 Internal Server Error", "InternalError"));
  const std::string content = "the whole content";
  fetch::BytesSource source{as_bytes(content)};
  const auto reply =
      client_.perform({.operation = "PutObject",
                       .method = "PUT",
                       .key = "p/k",
                       .body = &source,
                       .payload_sha256 = digest::sha256_of(as_bytes(content)).hex()});
  ASSERT_TRUE(reply);
  ASSERT_EQ(stub_.requests().size(), 2U);
  for (const std::string& request : stub_.requests()) EXPECT_TRUE(request.ends_with(content));
}

TEST_F(S3ClientTest, ABodyThatCannotBeReadIsNotTriedAgain) {
  class Broken final : public fetch::BodySource {
   public:
    std::optional<std::uint64_t> size() const override { return 5; }
    std::expected<std::size_t, std::string> read(MutableBytes) override {
      return std::unexpected("the disk is gone");
    }
    bool rewind() override { return true; }
  } source;
  const auto reply =
      client_.perform({.operation = "PutObject", .method = "PUT", .key = "p/k", .body = &source});
  ASSERT_FALSE(reply);
  EXPECT_TRUE(reply.error().detail.contains("the disk is gone")) << reply.error().detail;
  EXPECT_EQ(client_.counters().retries.value(), 0U);
}

TEST_F(S3ClientTest, A200WithAnErrorInItIsNoSuccess) {
  fetch::BytesSource nothing{Bytes()};
  stub_.plant("POST", s3_error("200 OK", "InternalError"), tries_max);
  const auto passing = client_.perform(complete(nothing));
  ASSERT_FALSE(passing);
  EXPECT_EQ(passing.error().detail, "S3 CompleteMultipartUpload: 500 InternalError");
  EXPECT_EQ(stub_.requests().size(), static_cast<std::size_t>(tries_max));

  stub_.plant("POST", s3_error("200 OK", "EntityTooSmall"));
  const auto final = client_.perform(complete(nothing));
  ASSERT_FALSE(final && final->is_success());
}

TEST_F(S3ClientTest, A200WithoutADocumentIsNoSuccess) {
  fetch::BytesSource nothing{Bytes()};
  for (const char* const body : {"", "  ", "<Complete", "done"}) {
    stub_.plant("POST", s3_reply("200 OK", body), tries_max);
    EXPECT_FALSE(client_.perform(complete(nothing))) << body;
  }
}

TEST_F(S3ClientTest, ARedirectIsAnAnswer) {
  stub_.plant("GET /files",
              s3_reply("307 Temporary Redirect", "<Error><Code>PermanentRedirect</Code></Error>",
                       "Location: http://" + stub_.server().address() + "/elsewhere\r\n"));
  const auto reply = client_.perform({.operation = "ListObjectsV2"});
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 307);
  EXPECT_EQ(stub_.requests().size(), 1U);
}

TEST_F(S3ClientTest, AnAnswerWithoutEndIsCutOff) {
  stub_.plant({.at = "GET /files",
               .act =
                   [](ScriptedConnection& connection) {
                     connection.send("HTTP/1.1 200 OK\r\n\r\n");
                     const std::string piece(std::size_t{1_MiB}, 'x');
                     while (connection.send(piece)) continue;
                   },
               .times = tries_max});
  EXPECT_FALSE(client_.perform({.operation = "ListObjectsV2"}));
  EXPECT_LE(client_.counters().received_bytes.value(), tries_max * (s3_answer_bytes_max + 1_MiB));
}

TEST_F(S3ClientTest, StoppingEndsTheWaitBeforeTheNextTry) {
  S3ClientOptions options = client_options();
  options.backoff.initial_interval = std::chrono::hours(1);
  options.backoff.interval_max = std::chrono::hours(1);
  std::stop_source stop;
  S3Client client(options);
  stub_.plant({.at = "GET /files", .act = [&stop](ScriptedConnection& connection) {
                 connection.send(s3_reply("503 Slow Down"));
                 stop.request_stop();
               }});
  EXPECT_FALSE(client.perform({.operation = "ListObjectsV2", .stop = stop.get_token()}));
  EXPECT_EQ(client.counters().failures.value(), 0U);
}

TEST_F(S3ClientTest, ClosingLeavesOneTryWithADeadline) {
  client_.close_at(clock_.steady() + std::chrono::milliseconds(50));
  stub_.plant({.at = "GET /files",
               .act = [](ScriptedConnection& connection) { connection.stall(); },
               .times = tries_max});
  EXPECT_FALSE(client_.perform({.operation = "ListObjectsV2"}));
  EXPECT_EQ(client_.counters().requests.value(), 1U);
}

TEST_F(S3ClientTest, ASuccessMayBeLeftToBePulled) {
  fetch::BytesSource source{as_bytes("content")};
  ASSERT_TRUE(client_.perform({.operation = "PutObject",
                               .method = "PUT",
                               .key = "p/k",
                               .body = &source,
                               .payload_sha256 = digest::sha256_of(as_bytes("content")).hex()}));
  auto opened =
      client_.open({.operation = "GetObject", .key = "p/k", .headers = {{"Range", "bytes=0-6"}}});
  ASSERT_TRUE(opened);
  auto* const response = std::get_if<std::unique_ptr<fetch::Response>>(&*opened);
  ASSERT_NE(response, nullptr);
  std::string out(10, '?');
  EXPECT_EQ((*response)->read(std::as_writable_bytes(std::span(out))), 7U);
  EXPECT_TRUE(out.starts_with("content"));

  auto missing = client_.open({.operation = "GetObject", .key = "p/other"});
  ASSERT_TRUE(missing);
  const auto* const reply = std::get_if<S3Reply>(&*missing);
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->code, "NoSuchKey");
}

TEST_F(S3ClientTest, ACertificateIsVerified) {
  const testing::Certificate authority = testing::make_certificate({.common_name = "authority"});
  S3Stub stub(
      testing::tls_wrap(testing::make_certificate({.address = "127.0.0.1"}, {}, &authority)));
  S3ClientOptions options = client_options();
  options.location = *S3Location::parse(stub.location());
  S3Client stranger(options);
  const auto refused = stranger.perform({.operation = "ListObjectsV2"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(stub.requests().empty());

  options.ca_file = folder_ / "authority.pem";
  std::ofstream(options.ca_file) << authority.certificate_pem;
  S3Client friendly(options);
  const auto reply = friendly.perform({.operation = "ListObjectsV2"});
  ASSERT_TRUE(reply) << reply.error().detail;
  EXPECT_TRUE(reply->is_success());
}

}  // namespace
}  // namespace argot::blob
