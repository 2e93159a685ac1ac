#include "fetch/redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fetch/client_fixture.h"

namespace argot::fetch {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Request post() {
  static BytesSource body(as_bytes("x"));
  return {.method = "POST",
          .url = "https://a.test/v1/x?y",
          .headers = {{"Authorization", "Bearer s"},
                      {"cookie", "c"},
                      {"Content-Type", "a/b"},
                      {"Host", "h"},
                      {"X-A", "1"}},
          .body = &body};
}

std::vector<std::string> names(const Request& request) {
  std::vector<std::string> names;
  for (const Header& header : request.headers) names.push_back(header.name);
  return names;
}

TEST(Redirect, StatusesWithALocationAreFive) {
  for (int status = 100; status < 600; ++status) {
    const bool expected =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    EXPECT_EQ(is_redirect(status), expected) << status;
  }
}

TEST(Redirect, MethodsChangeAsFetchSays) {
  const auto method_after = [](const std::string& method, int status) {
    Request request{.method = method, .url = "http://a.test/"};
    return redirected(request, status, "/b")->method;
  };
  for (const int status : {301, 302}) {
    EXPECT_EQ(method_after("POST", status), "GET");
    EXPECT_EQ(method_after("PUT", status), "PUT");
    EXPECT_EQ(method_after("DELETE", status), "DELETE");
    EXPECT_EQ(method_after("HEAD", status), "HEAD");
  }
  EXPECT_EQ(method_after("POST", 303), "GET");
  EXPECT_EQ(method_after("DELETE", 303), "GET");
  EXPECT_EQ(method_after("HEAD", 303), "HEAD");
  EXPECT_EQ(method_after("POST", 307), "POST");
  EXPECT_EQ(method_after("POST", 308), "POST");
}

TEST(Redirect, WhatBecomesAGetLosesItsBodyAndWhatDescribesIt) {
  const auto next = redirected(post(), 303, "z");
  EXPECT_EQ(next->url, "https://a.test/v1/z");
  EXPECT_EQ(next->body, nullptr);
  EXPECT_EQ(names(*next), (std::vector<std::string>{"Authorization", "cookie", "Host", "X-A"}));
  EXPECT_NE(redirected(post(), 308, "z")->body, nullptr);
}

TEST(Redirect, AnotherOriginGetsNoSecrets) {
  for (const char* const location : {"https://b.test/", "//b.test/v1/x", "http://a.test/v1/x",
                                     "https://a.test:444/v1/x", "https://a.test.b.test/"}) {
    const auto next = redirected(post(), 307, location);
    EXPECT_EQ(names(*next), (std::vector<std::string>{"Content-Type", "X-A"})) << location;
  }
  for (const char* const location :
       {"https://A.test:443/v2", "/v2", "?q", "", "#fragment", "../../v2"}) {
    const auto next = redirected(post(), 307, location);
    ASSERT_TRUE(next) << location;
    EXPECT_EQ(names(*next), names(post())) << location;
  }
}

TEST(Redirect, OnlyHttpAndHttpsAreFollowed) {
  for (const char* const location :
       {"file:///etc/passwd", "ftp://a.test/", "gopher://a.test/", "javascript:1", "data:,x",
        "http://user:pass@b.test/", "http://", "http://[::1", "http://a.test:99999/"}) {
    EXPECT_FALSE(redirected(post(), 307, location)) << location;
  }
}

class ClientRedirectTest : public ClientTest {
 protected:
  static std::string to(int status, const std::string& location) {
    return "HTTP/1.1 " + std::to_string(status) + " Go\r\nX-First: 1\r\nLocation: " + location +
           "\r\nContent-Length: 4\r\n\r\nmove";
  }
};

TEST_F(ClientRedirectTest, ARedirectIsFollowedOnTheSameConnectionAndNotShown) {
  std::vector<std::string> requests;
  Server server([&](Connection& connection) {
    requests.push_back(connection.read_request());
    connection.send(to(302, "../b?c=1"));
    requests.push_back(connection.read_request());
    connection.send(ok_hello);
    connection.skip_all();
  });
  BytesSource body(as_bytes("content"));
  const auto transfer = perform({.method = "POST",
                                 .url = server.url("/v1/a/x"),
                                 .headers = {{"Authorization", "Bearer s"}},
                                 .body = &body});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(server.accepted(), 1);
  ASSERT_EQ(receiver_.heads.size(), 1U);
  EXPECT_EQ(receiver_.heads[0].url, server.url("/v1/b?c=1"));
  EXPECT_EQ(find_header(receiver_.heads[0].headers, "x-first"), nullptr);
  EXPECT_EQ(receiver_.text, "hello");
  EXPECT_EQ(requests[1], "GET /v1/b?c=1 HTTP/1.1\r\nHost: " + server.address() +
                             "\r\nAuthorization: Bearer s\r\n\r\n");
}

TEST_F(ClientRedirectTest, TheBodyIsSentAgainFromItsBeginning) {
  for (const int status : {307, 308}) {
    std::vector<std::string> requests;
    Server server([&](Connection& connection) {
      requests.push_back(connection.read_request());
      connection.send(to(status, "/b"));
      requests.push_back(connection.read_request());
      connection.send(ok_hello);
      connection.skip_all();
    });
    PiecesSource body({"con", "tent"}, status == 307 ? std::optional(7) : std::nullopt);
    const auto transfer = perform({.method = "POST", .url = server.url("/a"), .body = &body});
    ASSERT_TRUE(transfer) << transfer.error().text;
    EXPECT_EQ(body.rewound, 1);
    ASSERT_EQ(requests.size(), 2U);
    EXPECT_TRUE(requests[1].starts_with("POST /b ")) << requests[1];
    EXPECT_EQ(requests[0].substr(requests[0].find("\r\n")),
              requests[1].substr(requests[1].find("\r\n")));
    EXPECT_EQ(transfer->outcome.bytes.sent, 7U);
  }
}

TEST_F(ClientRedirectTest, ABodyThatCannotBeReadAgainFailsTheCall) {
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send(to(307, "/b"));
    connection.skip_all();
  });
  PiecesSource body({"content"}, 7);
  body.rewinds = false;
  const Failure failure = failure_of({.method = "POST", .url = server.url("/"), .body = &body});
  EXPECT_EQ(failure.kind, FailureKind::source);
  EXPECT_THAT(failure.text, HasSubstr("cannot be read again"));
  EXPECT_TRUE(receiver_.heads.empty());
}

TEST_F(ClientRedirectTest, AnEarlyRedirectSendsTheRestOfTheBodyToItsTarget) {
  std::size_t arrived = 0;
  Server server([&](Connection& connection) {
    if (connection.index() > 0) {
      connection.read_head();
      arrived = connection.skip(64_MiB);
      connection.send(ok_hello);
      connection.skip_all();
      return;
    }
    connection.read_head();
    connection.skip(1_MiB);
    connection.send(to(307, "/b"));
    connection.skip_all();
  });
  ZerosSource body(64_MiB);
  const auto transfer = perform({.method = "POST", .url = server.url("/a"), .body = &body});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(arrived, 64_MiB);
  EXPECT_EQ(transfer->outcome.bytes.sent, 64_MiB);
}

TEST_F(ClientRedirectTest, ALoopEndsAfterTwenty) {
  int requests = 0;
  Server server([&](Connection& connection) {
    while (!connection.read_request().empty()) {
      ++requests;
      connection.send(to(302, "/again"));
    }
  });
  const Failure failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_EQ(requests, 1 + redirects_max);
}

TEST_F(ClientRedirectTest, AnotherServerDoesNotSeeTheKey) {
  std::string elsewhere;
  Server other([&](Connection& connection) {
    elsewhere = connection.read_request();
    connection.send(ok_hello);
    connection.skip_all();
  });
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send(to(307, other.url("/stolen")));
    connection.skip_all();
  });
  ASSERT_TRUE(perform(
      {.url = server.url("/"),
       .headers = {
           {"authorization", "Bearer s3cret"}, {"Cookie", "s3cret"}, {"X-Other", "kept"}}}));
  EXPECT_EQ(elsewhere,
            "GET /stolen HTTP/1.1\r\nHost: " + other.address() + "\r\nX-Other: kept\r\n\r\n");
}

TEST_F(ClientRedirectTest, AFileIsNoTarget) {
  for (const char* const location : {"file:///etc/hostname", "ftp://127.0.0.1/x"}) {
    Server server([&](Connection& connection) {
      connection.read_request();
      connection.send(to(302, location));
      connection.skip_all();
    });
    const Failure failure = failure_of({.url = server.url("/")});
    EXPECT_EQ(failure.kind, FailureKind::connection);
    EXPECT_EQ(receiver_.text, "");
  }
}

TEST_F(ClientRedirectTest, ManualAndErrorDoNotFollow) {
  Server server([&](Connection& connection) {
    while (!connection.read_request().empty()) connection.send(to(307, "/b"));
  });
  const auto transfer = perform({.url = server.url("/a"), .redirects = Redirects::manual});
  ASSERT_TRUE(transfer);
  EXPECT_EQ(transfer->head.status, 307);
  EXPECT_EQ(receiver_.text, "move");
  receiver_.heads.clear();
  const Failure failure = failure_of({.url = server.url("/a"), .redirects = Redirects::error});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_TRUE(receiver_.heads.empty());
}

TEST_F(ClientRedirectTest, OneWithoutALocationIsAResponse) {
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n");
    connection.read_request();
    connection.send("HTTP/1.1 304 Not Modified\r\nLocation: /x\r\n\r\n");
    connection.skip_all();
  });
  EXPECT_EQ(perform({.url = server.url("/")})->head.status, 302);
  EXPECT_EQ(perform({.url = server.url("/")})->head.status, 304);
}

TEST_F(ClientRedirectTest, TheBodyOfARedirectIsNotReadWithoutEnd) {
  Server server([&](Connection& connection) {
    connection.read_request();
    if (connection.index() > 0) {
      connection.send(ok_hello);
      connection.skip_all();
      return;
    }
    connection.send("HTTP/1.1 302 Go\r\nLocation: /b\r\n\r\n");
    const std::string block(64_KiB, 'x');
    while (connection.send(block)) {
    }
  });
  const auto transfer = perform({.url = server.url("/")});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(receiver_.text, "hello");
  EXPECT_EQ(transfer->outcome.bytes.received, 5U);
}

}  // namespace
}  // namespace argot::fetch
