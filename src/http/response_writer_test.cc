#include "http/response_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace argot::http {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

const ResponseContext usual{.now = from_unix_seconds(784111777)};

Response reply(int status, std::string body = {}) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

TEST(WriteHead, WholeHeadOfAUsualReply) {
  Response response = reply(200, "{}");
  response.headers = {{"Content-Type", "application/json"}, {"x-request-id", "req_1"}};
  EXPECT_EQ(write_head(response, usual),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: application/json\r\n"
            "x-request-id: req_1\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Length: 2\r\n"
            "\r\n");
}

TEST(WriteHead, EmptyBodyHasALengthToo) {
  EXPECT_THAT(write_head(reply(200), usual), HasSubstr("\r\nContent-Length: 0\r\n"));
  EXPECT_THAT(write_head(reply(416), usual), HasSubstr("\r\nContent-Length: 0\r\n"));
}

TEST(WriteHead, RepliesThatNeverHaveABodyHaveNoLength) {
  for (const int status : {100, 101, 204, 304}) {
    EXPECT_THAT(write_head(reply(status), usual), Not(HasSubstr("Content-Length"))) << status;
  }
}

TEST(WriteHead, ConnectionIsSaidWhereTheVersionDoesNotSayIt) {
  struct Persistence {
    ResponseContext context;
    bool close;
    std::string line;
  };
  const WallTime now = usual.now;
  for (const auto& [context, close, line] : {
           Persistence{{.now = now, .is_http_1_0 = false, .keep_alive = true}, false, ""},
           Persistence{{.now = now, .is_http_1_0 = false, .keep_alive = true}, true, "close"},
           Persistence{{.now = now, .is_http_1_0 = false, .keep_alive = false}, false, "close"},
           Persistence{{.now = now, .is_http_1_0 = true, .keep_alive = true}, false, "keep-alive"},
           Persistence{{.now = now, .is_http_1_0 = true, .keep_alive = true}, true, "close"},
           Persistence{{.now = now, .is_http_1_0 = true, .keep_alive = false}, false, "close"},
       }) {
    Response response = reply(200);
    response.close = close;
    const std::string head = write_head(response, context);
    if (line.empty()) {
      EXPECT_THAT(head, Not(HasSubstr("Connection")));
    } else {
      EXPECT_THAT(head, HasSubstr("\r\nConnection: " + line + "\r\n"));
    }
    EXPECT_EQ(stays_open(response, context), line != "close");
  }
}

TEST(WriteHead, StatusWithoutAPhraseKeepsItsSpace) {
  EXPECT_TRUE(write_head(reply(299), usual).starts_with("HTTP/1.1 299 \r\n"));
  EXPECT_EQ(reason_phrase(299), "");
}

TEST(WriteHead, StatusesWeSendHavePhrases) {
  for (const int status : {200, 206, 302, 304, 400, 401, 403, 404, 405, 408, 409, 412,
                           413, 414, 415, 416, 417, 429, 431, 500, 501, 503, 505, 507}) {
    EXPECT_NE(reason_phrase(status), "") << status;
  }
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(reason_phrase(507), "Insufficient Storage");
}

TEST(WriteHead, InterimReplyIsAHeadOfItsOwn) {
  EXPECT_EQ(continue_100, "HTTP/1.1 100 Continue\r\n\r\n");
}

using WriteHeadDeathTest = testing::Test;

TEST(WriteHeadDeathTest, HeadersCannotBeInjected) {
  for (const std::string& bad : {"a\r\nSet-Cookie: b"s, "a\n"s, "\ra"s, "a\0b"s}) {
    Response in_value = reply(200);
    in_value.headers = {{"X", bad}};
    EXPECT_DEATH((void)write_head(in_value, usual), "invariant");
    Response in_name = reply(200);
    in_name.headers = {{bad, "x"}};
    EXPECT_DEATH((void)write_head(in_name, usual), "invariant");
  }
}

TEST(WriteHeadDeathTest, ServiceDoesNotFrameReplies) {
  for (const std::string& framing :
       {"content-length"s, "Transfer-Encoding"s, "Connection"s, "DATE"s, ""s}) {
    Response response = reply(200);
    response.headers = {{framing, "1"}};
    EXPECT_DEATH((void)write_head(response, usual), "invariant") << framing;
  }
}

}  // namespace
}  // namespace argot::http
