#include "fetch/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fetch/client_fixture.h"

namespace argot::fetch {
namespace {

// What goes over the wire, byte for byte.
class SettingsTest : public ClientTest {
 protected:
  // The request as it arrived, its port replaced by PORT.
  std::string sent(Request request, std::string_view path = "/v1/files") {
    std::string arrived;
    Server server([&](Connection& connection) {
      arrived = connection.read_request();
      connection.send(ok_hello);
      connection.skip_all();
    });
    request.url = server.url(path);
    const auto transfer = perform(request);
    EXPECT_TRUE(transfer) << transfer.error().text;
    const std::string port = std::to_string(server.port());
    if (const std::size_t at = arrived.find(port); at != std::string::npos) {
      arrived.replace(at, port.size(), "PORT");
    }
    return arrived;
  }
};

TEST_F(SettingsTest, AGetIsItsHeadersAndHost) {
  EXPECT_EQ(sent({.headers = {{"Accept", "application/json"}, {"X-Empty", ""}, {"x-b", "1"}}}),
            "GET /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAccept: application/json\r\n"
            "X-Empty:\r\nx-b: 1\r\n\r\n");
}

TEST_F(SettingsTest, NothingIsAddedOnItsOwn) {
  EXPECT_EQ(sent({}), "GET /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n");
  EXPECT_EQ(sent({.method = "DELETE"}),
            "DELETE /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n");
  EXPECT_EQ(sent({.method = "OPTIONS"}),
            "OPTIONS /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n");
}

TEST_F(SettingsTest, APostWithoutBodyHasLengthZero) {
  EXPECT_EQ(sent({.method = "POST"}),
            "POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(SettingsTest, AKnownSizeIsTheContentLength) {
  BytesSource body(as_bytes("hello, world"));
  EXPECT_EQ(sent({.method = "POST", .headers = {{"Content-Type", "a/b"}}, .body = &body}),
            "POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Type: a/b\r\n"
            "Content-Length: 12\r\n\r\nhello, world");
  BytesSource again(as_bytes("x"));
  EXPECT_EQ(sent({.method = "DELETE", .body = &again}),
            "DELETE /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 1\r\n\r\nx");
  BytesSource empty(as_bytes(""));
  EXPECT_EQ(sent({.method = "PUT", .body = &empty}),
            "PUT /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0\r\n\r\n");
}

TEST_F(SettingsTest, AnUnknownSizeIsSentInChunks) {
  PiecesSource body({"first", "the second"});
  EXPECT_EQ(sent({.method = "POST", .body = &body}),
            "POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\n"
            "5\r\nfirst\r\na\r\nthe second\r\n0\r\n\r\n");
  PiecesSource empty({});
  EXPECT_EQ(sent({.method = "POST", .body = &empty}),
            "POST /v1/files HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\n\r\n");
}

TEST_F(SettingsTest, HeadersOfTheCallerStand) {
  EXPECT_EQ(sent({.headers = {{"host", "example"},
                              {"User-Agent", "argot"},
                              {"Accept", ""},
                              {"X-A", "caf\xc3\xa9\t;"},
                              {"X-Blank", "  "}}}),
            "GET /v1/files HTTP/1.1\r\nHost: example\r\nUser-Agent: argot\r\nAccept:\r\n"
            "X-A: caf\xc3\xa9\t;\r\nX-Blank:\r\n\r\n");
}

TEST_F(SettingsTest, ThePathGoesOutAsItIs) {
  const std::string_view path = "/a/../b//%2e%2E/x%20y/~?q=1&r=%2F/..";
  EXPECT_EQ(sent({}, path),
            "GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n");
}

TEST_F(SettingsTest, AskingFirstIsOffUnlessItIsAskedFor) {
  std::string head;
  Server server([&](Connection& connection) {
    head = connection.read_head();
    connection.send("HTTP/1.1 100 Continue\r\n\r\n");
    connection.skip(2_MiB);
    connection.send(ok_hello);
    connection.skip_all();
  });
  ZerosSource body(2_MiB);
  const Request put{.method = "PUT", .url = server.url("/"), .body = &body, .keep_alive = false};
  ASSERT_TRUE(perform(put));
  EXPECT_THAT(head, ::testing::Not(::testing::HasSubstr("Expect")));

  ClientOptions options = direct();
  options.expect_100 = true;
  Client asking(options, clock_);
  ASSERT_TRUE(body.rewind());
  ASSERT_TRUE(asking.perform(put, receiver_));
  EXPECT_THAT(head, ::testing::HasSubstr("\r\nExpect: 100-continue\r\n"));
}

TEST_F(SettingsTest, ARefusedQuestionIsNotAskedAgain) {
  std::vector<std::string> heads;
  Server server([&](Connection& connection) {
    heads.push_back(connection.read_head());
    if (connection.index() == 0) {
      connection.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    } else {
      connection.skip(2_MiB);
      connection.send(ok_hello);
    }
    connection.skip_all();
  });
  ClientOptions options = direct();
  options.expect_100 = true;
  Client asking(options, clock_);
  ZerosSource body(2_MiB);
  const auto transfer =
      asking.perform({.method = "PUT", .url = server.url("/"), .body = &body}, receiver_);
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(transfer->head.status, 200);
  ASSERT_EQ(receiver_.heads.size(), 1U);
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_THAT(heads[1], ::testing::Not(::testing::HasSubstr("Expect")));
}

// The handle is the same, and so is what is said once.
TEST_F(SettingsTest, ARequestSeesNothingOfTheOneBefore) {
  std::vector<std::string> arrived;
  Server server([&](Connection& connection) {
    for (;;) {
      std::string request = connection.read_request();
      if (request.empty()) return;
      const bool is_head = request.starts_with("HEAD");
      arrived.push_back(std::move(request));
      connection.send(is_head ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" : ok_hello);
    }
  });
  BytesSource known(as_bytes("abc"));
  PiecesSource unknown({"first"});
  const std::vector<Request> requests{{.headers = {{"X-A", "1"}}},
                                      {.method = "HEAD"},
                                      {.method = "POST", .headers = {{"X-B", "2"}}, .body = &known},
                                      {.method = "PATCH"},
                                      {.method = "PUT", .body = &unknown},
                                      {.method = "DELETE", .keep_alive = false}};
  const auto ask = [&](Request request) {
    if (request.body != nullptr) request.body->rewind();
    request.url = server.url("/");
    EXPECT_TRUE(perform(request));
    return arrived.back();
  };
  std::vector<std::string> alone;
  for (const Request& request : requests) {
    alone.push_back(ask(request));
    ask({.keep_alive = false});
  }
  for (std::size_t before = 0; before < requests.size(); ++before) {
    for (std::size_t after = 0; after < requests.size(); ++after) {
      SCOPED_TRACE(requests[before].method + " before " + requests[after].method);
      ask(requests[before]);
      const int connections = server.accepted();
      EXPECT_EQ(ask(requests[after]), alone[after]);
      EXPECT_EQ(server.accepted() - connections, requests[before].keep_alive ? 0 : 1);
    }
  }
}

}  // namespace
}  // namespace argot::fetch
