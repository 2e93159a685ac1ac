#include "fetch/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <semaphore>
#include <string>
#include <thread>

#include "fetch/client_fixture.h"

namespace argot::fetch {
namespace {

using argot::testing::closed_port;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(ClientTest, WhatComesUnaskedIsNoReply) {
  std::counting_semaphore<> said(0);
  Server server([&](Connection& connection) {
    if (connection.read_request().empty()) return;
    connection.send(ok_hello);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
    said.release();
    connection.skip_all();
  });
  // Curl looks as well, and is late in one of twenty.
  constexpr int rounds = 60;
  for (int round = 0; round < rounds; ++round) {
    receiver_.text.clear();
    // A method that may not be sent twice: it was not sent at all.
    ASSERT_TRUE(perform({.method = "POST", .url = server.url("/")})) << round;
    ASSERT_EQ(receiver_.text, "hello") << round;
    said.acquire();
  }
  EXPECT_EQ(server.accepted(), rounds);
}

TEST_F(ClientTest, AHeadThatIsTooLargeIsTheConnectionsFault) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nX-Large: " + std::string(2'000'000, 'x') + "\r\n\r\n");
    connection.skip_all();
  });
  const Failure failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_EQ(failure.text, "the head of the response is malformed or too large");
}

TEST_F(ClientTest, DeliversHeadAndBody) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n");
    connection.send("HTTP/1.1 404 Not Found\r\nX-A:  one \r\nx-a: two\r\nEmpty:\r\n");
    connection.send("Content-Length: 6\r\n\r\nabc");
    connection.send("def");
  });
  const auto transfer = perform({.url = server.url("/v1/files")});
  ASSERT_TRUE(transfer) << transfer.error().text;
  ASSERT_EQ(receiver_.heads.size(), 1U);
  const ResponseHead& head = receiver_.heads[0];
  EXPECT_EQ(head.status, 404);
  EXPECT_EQ(head.http_version, "1.1");
  EXPECT_EQ(head.url, server.url("/v1/files"));
  ASSERT_EQ(head.headers.size(), 4U);
  EXPECT_EQ(head.headers[0].name, "X-A");
  EXPECT_EQ(head.headers[0].value, "one");
  EXPECT_EQ(head.headers[1].value, "two");
  EXPECT_EQ(head.headers[2].value, "");
  EXPECT_EQ(receiver_.text, "abcdef");
  EXPECT_EQ(transfer->head.status, 404);
  EXPECT_EQ(transfer->outcome.bytes.received, 6U);
  EXPECT_FALSE(transfer->outcome.source_touched);
}

TEST_F(ClientTest, TwentyCallsTakeOneConnection) {
  Server server(serve_hello);
  for (int call = 0; call < 20; ++call) {
    ASSERT_TRUE(perform({.url = server.url("/")}));
  }
  EXPECT_EQ(server.accepted(), 1);
  EXPECT_EQ(receiver_.text.size(), 100U);
}

TEST_F(ClientTest, AConnectionThatIsNotKeptServesOneCall) {
  std::string head;
  Server server([&](Connection& connection) {
    head = connection.read_request();
    connection.send(ok_hello);
    connection.skip_all();
  });
  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(perform({.url = server.url("/"), .keep_alive = false}));
  }
  EXPECT_EQ(server.accepted(), 3);
  EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
}

TEST_F(ClientTest, SixteenThreadsTransferAtOnce) {
  constexpr int threads_count = 16;
  std::latch all_here(threads_count);
  Server server([&](Connection& connection) {
    const std::string request = connection.read_request();
    // Nobody is answered before everybody has asked.
    if (!request.empty()) all_here.arrive_and_wait();
    connection.send(ok_hello);
    serve_hello(connection);
  });
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int count = 0; count < threads_count; ++count) {
      threads.emplace_back([&] {
        for (int call = 0; call < 10; ++call) {
          RecordingReceiver receiver;
          BytesSource body(as_bytes("some content"));
          const auto transfer =
              client_.perform({.method = "POST", .url = server.url("/"), .body = &body}, receiver);
          if (transfer && receiver.text == "hello") ++good;
        }
      });
    }
  }
  EXPECT_EQ(good, threads_count * 10);
  EXPECT_EQ(server.accepted(), threads_count);
}

TEST_F(ClientTest, IdleHandlesAreBounded) {
  ClientOptions options = direct();
  options.idle_handles_max = 0;
  Client client(options, clock_);
  Server server(serve_hello);
  for (int call = 0; call < 3; ++call) {
    ASSERT_TRUE(client.perform({.url = server.url("/")}, receiver_));
  }
  EXPECT_EQ(server.accepted(), 3);
}

TEST_F(ClientTest, HeadHasNoBody) {
  std::string request;
  Server server([&](Connection& connection) {
    request = connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    serve_hello(connection);
  });
  const auto transfer = perform({.method = "HEAD", .url = server.url("/")});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_TRUE(request.starts_with("HEAD / HTTP/1.1\r\n"));
  EXPECT_EQ(receiver_.text, "");
  EXPECT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ClientTest, ChunksAndTrailersAreTakenApart) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send("4\r\nwiki\r\n5;x=y\r\npedia\r\n0\r\nX-Trailer: HTTP/1.1 500\r\n\r\n");
    serve_hello(connection);
  });
  ASSERT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(receiver_.text, "wikipedia");
  EXPECT_EQ(receiver_.heads.size(), 1U);
  ASSERT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(ClientTest, AnEncodedBodyIsDeliveredAsItCame) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b..");
    connection.skip_all();
  });
  ASSERT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(receiver_.text, "\x1f\x8b..");
}

TEST_F(ClientTest, NobodyListensIsAConnectionFailure) {
  const Failure failure =
      failure_of({.url = "http://127.0.0.1:" + std::to_string(closed_port()) + "/"});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_EQ(failure.code, 7);
  EXPECT_THAT(failure.text, HasSubstr("Failed to connect"));
}

TEST_F(ClientTest, WhatMayNotBeSentReachesNobody) {
  Server server(serve_hello);
  const std::vector<Request> bad{
      {.method = "GET /", .url = server.url("/")},
      {.url = server.url("/a\r\nX-Injected: 1")},
      {.url = server.url("/a b")},
      {.url = "http://user:pass@" + server.address() + "/"},
      {.url = "file:///etc/hostname"},
      {.url = server.url("/"), .headers = {{"X-A", "1\r\nX-Injected: 1"}}},
      {.url = server.url("/"), .headers = {{"X-A: 1\r\nX-Injected", "1"}}},
      {.url = server.url("/"), .headers = {{"Content-Length", "100"}}},
  };
  for (const Request& request : bad) {
    const Failure failure = failure_of(request);
    EXPECT_EQ(failure.kind, FailureKind::invalid_request) << request.url;
    EXPECT_EQ(failure.text.find("pass"), std::string::npos);
    EXPECT_EQ(failure.text.find("Injected"), std::string::npos);
  }
  EXPECT_EQ(server.accepted(), 0);
  EXPECT_TRUE(receiver_.heads.empty());
}

// Answers one request, then takes another and dies without a word: first by closing, then by a
// reset. Later connections serve.
class ClientReplayTest : public ClientTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override { ASSERT_TRUE(perform({.url = server_.url("/")})); }

  Server server_{[](Connection& connection) {
    if (connection.index() == 0) {
      connection.read_request();
      connection.send(ok_hello);
      connection.read_request();
      if (GetParam()) connection.reset();
      return;
    }
    serve_hello(connection);
  }};
  PiecesSource body_{{"content"}, 7};
};

INSTANTIATE_TEST_SUITE_P(, ClientReplayTest, ::testing::Bool(), [](const auto& is_reset) {
  return is_reset.param ? "AfterReset" : "AfterClose";
});

TEST_P(ClientReplayTest, IdempotentMethodsAreSentAgain) {
  const auto transfer = perform({.method = "PUT", .url = server_.url("/"), .body = &body_});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(body_.rewound, 1);
  EXPECT_EQ(transfer->outcome.bytes.sent, 7U);
  EXPECT_EQ(receiver_.heads.size(), 2U);
}

TEST_P(ClientReplayTest, ARequestWithoutBodyIsSentAgain) {
  EXPECT_TRUE(perform({.method = "DELETE", .url = server_.url("/")}));
}

TEST_P(ClientReplayTest, AKeyAllowsItForAPost) {
  const auto transfer = perform({.method = "POST",
                                 .url = server_.url("/"),
                                 .headers = {{"Idempotency-Key", "k1"}},
                                 .body = &body_});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(body_.rewound, 1);
}

TEST_P(ClientReplayTest, APostIsNotSentTwice) {
  const Failure failure = failure_of({.method = "POST", .url = server_.url("/"), .body = &body_});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_THAT(failure.text, HasSubstr("may not be sent twice"));
  EXPECT_TRUE(failure.outcome.source_touched);
  EXPECT_EQ(body_.rewound, 0);
}

TEST_P(ClientReplayTest, APostWithoutBodyIsNotSentTwice) {
  const Failure failure = failure_of({.method = "POST", .url = server_.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_THAT(failure.text, HasSubstr("may not be sent twice"));
}

TEST_P(ClientReplayTest, ABodyThatCannotRewindIsNotSentTwice) {
  body_.rewinds = false;
  const Failure failure = failure_of({.method = "PUT", .url = server_.url("/"), .body = &body_});
  EXPECT_EQ(failure.kind, FailureKind::source);
}

}  // namespace
}  // namespace argot::fetch
