#include "api/file_content.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "openai/error.h"
#include "tests/support/api_world.h"

namespace argot::api {
namespace {

using testing::ApiWorld;
using testing::FormText;
using testing::RequestText;
using testing::WireReply;

constexpr std::string_view text = "0123456789";

class FileContentTest : public ::testing::Test {
 protected:
  WireReply fetch(const std::vector<http::Header>& headers = {},
                  const std::string& method = "GET") {
    RequestText request{.method = method, .target = "/v1/files/" + id_ + "/content"};
    request.headers = headers;
    return world_.send(request.key(world_.key));
  }

  WireReply range(const std::string& value) { return fetch({{"Range", value}}); }

  ApiWorld world_;
  std::string id_ = world_.add_file(text, "ten digits.txt");
  std::string etag_ = "\"" + digest::sha256_of(as_bytes(text)).hex() + "\"";
};

TEST_F(FileContentTest, AllOfItComesWithItsHeaders) {
  const WireReply reply = fetch();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, text);
  EXPECT_EQ(reply.header("Content-Length"), "10");
  EXPECT_EQ(reply.header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(reply.header("Content-Disposition"), "attachment; filename=\"ten digits.txt\"");
  EXPECT_EQ(reply.header("ETag"), etag_);
  EXPECT_EQ(reply.header("Last-Modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
  EXPECT_EQ(reply.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.header("Content-Security-Policy"), "sandbox; default-src 'none'");
  EXPECT_EQ(reply.header("Cache-Control"), "private, no-cache");
  EXPECT_EQ(reply.header("Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(reply.header("Content-Range"), "");
}

TEST_F(FileContentTest, HeadSaysTheSameWithoutTheBody) {
  const WireReply got = fetch();
  WireReply head = fetch({}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  for (const std::string name : {"Content-Length", "ETag", "Content-Type", "Content-Disposition",
                                 "Last-Modified", "Accept-Ranges"}) {
    EXPECT_EQ(head.header(name), got.header(name)) << name;
  }
  // Range is for GET alone (RFC 9110 section 14.2).
  head = fetch({{"Range", "bytes=0-1"}}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "10");
}

TEST_F(FileContentTest, OneRangeIsSentAlone) {
  struct Case {
    std::string asked;
    std::string body;
    std::string content_range;
  };
  for (const Case& one : std::vector<Case>{{"bytes=0-0", "0", "bytes 0-0/10"},
                                           {"bytes=2-4", "234", "bytes 2-4/10"},
                                           {"bytes=7-", "789", "bytes 7-9/10"},
                                           {"bytes=-3", "789", "bytes 7-9/10"},
                                           {"bytes=9-99", "9", "bytes 9-9/10"},
                                           {"bytes=-99", "0123456789", "bytes 0-9/10"}}) {
    const WireReply reply = range(one.asked);
    EXPECT_EQ(reply.status, 206) << one.asked;
    EXPECT_EQ(reply.body, one.body) << one.asked;
    EXPECT_EQ(reply.header("Content-Range"), one.content_range);
    EXPECT_EQ(reply.header("ETag"), etag_);
    EXPECT_EQ(reply.header("Content-Length"), std::to_string(one.body.size()));
  }
}

TEST_F(FileContentTest, ARangeOutsideIsRefusedWithTheSize) {
  for (const std::string asked : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    const WireReply reply = range(asked);
    EXPECT_EQ(reply.status, 416) << asked;
    EXPECT_EQ(reply.header("Content-Range"), "bytes */10");
    EXPECT_EQ(reply.header("Content-Type"), "application/json");
    EXPECT_EQ(openai::decode_error(reply.body).message,
              "The range asked for lies outside the file, which has 10 bytes.");
  }
}

TEST_F(FileContentTest, AllOfItIsWhereTheStoreSaysIfItSays) {
  world_.blobs.set_url_prefix("https://store.example/");
  const WireReply reply = fetch();
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.header("Content-Length"), "0");
  EXPECT_EQ(reply.header("Cache-Control"), "no-store");
  const std::string location = reply.header("Location");
  EXPECT_TRUE(location.starts_with("https://store.example/")) << location;
  EXPECT_TRUE(location.ends_with("?attachment; filename=\"ten digits.txt\"")) << location;

  // Ours: ranges, what only asks, and what has an answer without content.
  EXPECT_EQ(range("bytes=2-4").body, "234");
  EXPECT_EQ(range("bytes=2-4,6-7").body, text);
  EXPECT_EQ(range("bytes=10-").status, 416);
  EXPECT_EQ(fetch({}, "HEAD").status, 200);
  EXPECT_EQ(fetch({}, "HEAD").header("ETag"), etag_);
  EXPECT_EQ(fetch({{"If-None-Match", etag_}}).status, 304);
  EXPECT_EQ(fetch({{"If-Match", "\"other\""}}).status, 412);
  id_ = world_.add_file("", "empty.txt");
  EXPECT_EQ(fetch().status, 200);
}

TEST_F(FileContentTest, OtherRangesAreIgnored) {
  for (const std::string asked : {"bytes=0-1,3-4", "lines=1-2", "bytes=x", "bytes=5-2"}) {
    EXPECT_EQ(range(asked).status, 200) << asked;
    EXPECT_EQ(range(asked).body, text) << asked;
  }
}

TEST_F(FileContentTest, ACopyThatIsStillRightIsNotSentAgain) {
  for (const std::vector<http::Header>& headers : std::vector<std::vector<http::Header>>{
           {{"If-None-Match", etag_}},
           {{"If-None-Match", "*"}},
           {{"If-None-Match", "W/" + etag_}},
           {{"If-Modified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"}}}) {
    const WireReply reply = fetch(headers);
    EXPECT_EQ(reply.status, 304) << headers.front().name;
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("ETag"), etag_);
    EXPECT_EQ(reply.header("Cache-Control"), "private, no-cache");
    EXPECT_EQ(reply.header("Content-Type"), "");
  }
  EXPECT_EQ(fetch({{"If-None-Match", "\"other\""}}).status, 200);
  EXPECT_EQ(fetch({{"If-Modified-Since", "Wed, 31 Dec 2025 23:59:59 GMT"}}).status, 200);
}

TEST_F(FileContentTest, AFailedPreconditionIsSaidSo) {
  const WireReply reply = fetch({{"If-Match", "\"other\""}});
  EXPECT_EQ(reply.status, 412);
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "The file does not meet the condition in the request headers.");
  EXPECT_EQ(fetch({{"If-Match", etag_}}).status, 200);
}

TEST_F(FileContentTest, ARangeOfAnotherVersionIsNotSent) {
  EXPECT_EQ(fetch({{"Range", "bytes=0-1"}, {"If-Range", etag_}}).status, 206);
  EXPECT_EQ(fetch({{"Range", "bytes=0-1"}, {"If-Range", "\"other\""}}).status, 200);
}

TEST_F(FileContentTest, NamesAreHarmlessInTheirHeader) {
  id_ = world_.add_file("x", "a%22; evil=%22b\u202egpj.\u00e9");
  const std::string disposition = fetch().header("Content-Disposition");
  EXPECT_TRUE(disposition.starts_with("attachment; filename=\"")) << disposition;
  EXPECT_NE(disposition.find("filename*=UTF-8''"), std::string::npos) << disposition;
  EXPECT_EQ(disposition.find("\xE2\x80\xAE"), std::string::npos);
}

TEST_F(FileContentTest, AnEmptyFileHasAnEmptyBody) {
  id_ = world_.add_file("");
  const WireReply reply = fetch();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("Content-Length"), "0");
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(range("bytes=0-").status, 416);
}

TEST_F(FileContentTest, ContentOfSeveralBlocksComesWhole) {
  std::string content;
  for (int line = 0; content.size() < 3'500'000; ++line) content += std::to_string(line) + "\n";
  id_ = world_.add_file(content, "long.txt");
  // The range first: then it is the one that checks its blocks.
  EXPECT_EQ(range("bytes=1048570-2097160").body, content.substr(1'048'570, 1'048'591));
  EXPECT_EQ(fetch().body, content);
}

TEST_F(FileContentTest, AcceptHeadersChangeNothing) {
  EXPECT_EQ(fetch({{"Accept", "application/json"}}).body, text);
}

TEST_F(FileContentTest, ContentThatIsGoneIsOurTrouble) {
  const auto row = *world_.catalog.find_file(world_.scope, id_, world_.clock.now());
  ASSERT_TRUE(world_.blobs.remove(row->blob).has_value());
  const WireReply reply = fetch();
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.body.find(row->blob.text()), std::string::npos);
}

TEST_F(FileContentTest, DamageIsAnErrorAsLongAsNothingIsSent) {
  id_ = world_.add_file(std::string(3'000'000, 'x'));
  world_.faulty.corrupt_reads_at(7);
  const WireReply reply = fetch();
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(openai::decode_error(reply.body).type, "server_error");
  EXPECT_EQ(range("bytes=5-9").status, 500);
  EXPECT_EQ(range("bytes=1048576-2000000").body, std::string(951'425, 'x'));
  EXPECT_EQ(fetch({}, "HEAD").status, 200);
}

TEST_F(FileContentTest, DamageBehindWhatIsSentBreaksTheReplyOff) {
  id_ = world_.add_file(std::string(3'000'000, 'x'));
  world_.faulty.corrupt_reads_at(2'100'000);
  EXPECT_EQ(fetch().status, 0);
}

TEST_F(FileContentTest, AStoreThatFailsToReadIsSaidSo) {
  world_.faulty.fail_next(blob::FaultyStore::Operation::read,
                          {.code = ErrorCode::unavailable, .detail = {}, .param = {}});
  EXPECT_EQ(fetch().status, 503);
  EXPECT_EQ(fetch().body, text);
}

TEST_F(FileContentTest, ABodyOfTheRequestIsNotRead) {
  const WireReply reply = world_.send(
      RequestText{.target = "/v1/files/" + id_ + "/content", .body = "hello"}.key(world_.key));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, text);
}

TEST(FileContentPolicy, RefusedPurposesAreNotSent) {
  ApiWorld world({.policy = {.refuse_downloads = {policy::Purpose::assistants}}});
  const std::string refused = world.add_file("x", "a.txt", "assistants");
  const WireReply reply = world.get("/v1/files/" + refused + "/content");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(openai::decode_error(reply.body).message,
            "Not allowed to download files of purpose: assistants");
  EXPECT_EQ(world.get("/v1/files/" + world.add_file("x") + "/content").status, 200);
}

}  // namespace
}  // namespace argot::api
