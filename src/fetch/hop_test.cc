#include "fetch/hop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <stdexcept>

#include "fetch/client_fixture.h"

namespace argot::fetch {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string what(const std::exception_ptr& thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return exception.what();
  }
  return "";
}

class HopTest : public ClientTest {
 protected:
  // What becomes of a GET that is answered with `bytes`, after which the server closes.
  std::expected<Transfer, Failure> answered(const std::string& bytes) {
    Server server([&](Connection& connection) {
      connection.read_request();
      connection.send(bytes);
    });
    return perform({.url = server.url("/")});
  }

  // The failure of a POST of `body`; the server answers only after the whole of it.
  Failure sending_failure(BodySource& body) {
    Server server(serve_hello);
    Failure failure = failure_of({.method = "POST", .url = server.url("/"), .body = &body});
    EXPECT_TRUE(receiver_.heads.empty());
    // The half request's connection is gone; the next call has another.
    EXPECT_TRUE(perform({.url = server.url("/")}));
    EXPECT_EQ(server.accepted(), 2);
    receiver_.heads.clear();
    return failure;
  }
};

TEST_F(HopTest, ATruncatedResponseIsAConnectionFailure) {
  const std::vector<std::string> cut{
      "",
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "hello",
      "\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
  };
  for (const std::string& bytes : cut) {
    const auto transfer = answered(bytes);
    ASSERT_FALSE(transfer) << bytes;
    EXPECT_EQ(transfer.error().kind, FailureKind::connection) << bytes << transfer.error().text;
    EXPECT_NE(transfer.error().text, "");
  }
}

TEST_F(HopTest, ABodyThatEndsWithTheConnectionIsWhole) {
  ASSERT_TRUE(answered("HTTP/1.0 200 OK\r\n\r\nhello"));
  EXPECT_EQ(receiver_.text, "hello");
  EXPECT_EQ(receiver_.heads.at(0).http_version, "1.0");
}

TEST_F(HopTest, AResponseHasOneLengthAtMost) {
  EXPECT_FALSE(answered("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"));
  EXPECT_FALSE(answered("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello"));
}

TEST_F(HopTest, AnEndlessHeadIsAConnectionFailure) {
  const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n");
    while (connection.send(line)) {
    }
  });
  const Failure failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::connection);
  EXPECT_THAT(failure.text, HasSubstr("too large"));
}

TEST_F(HopTest, AnEndlessRowOfInformationalResponsesIsAConnectionFailure) {
  Server server([&](Connection& connection) {
    connection.read_request();
    while (connection.send("HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\n")) {
    }
  });
  EXPECT_EQ(failure_of({.url = server.url("/")}).kind, FailureKind::connection);
  EXPECT_TRUE(receiver_.heads.empty());
}

TEST_F(HopTest, AResetAtAnyByteOfTheResponseIsAConnectionFailure) {
  for (std::size_t sent = 0; sent < ok_hello.size(); sent += 7) {
    Server server([&](Connection& connection) {
      connection.read_request();
      connection.send(ok_hello.substr(0, sent));
      connection.reset();
    });
    const Failure failure = failure_of({.url = server.url("/")});
    EXPECT_EQ(failure.kind, FailureKind::connection) << sent;
  }
}

TEST_F(HopTest, AResetAtAnyByteOfTheRequestIsAConnectionFailure) {
  for (const std::size_t taken : {1UL, 70UL, 100'000UL, 3'000'000UL}) {
    Server server([&](Connection& connection) {
      connection.skip(taken);
      connection.reset();
    });
    ZerosSource body(64_MiB);
    const Failure failure = failure_of({.method = "POST", .url = server.url("/"), .body = &body});
    EXPECT_EQ(failure.kind, FailureKind::connection) << taken;
    EXPECT_LT(failure.outcome.bytes.sent, 64_MiB);
  }
}

TEST_F(HopTest, AnEarlyRefusalIsDeliveredAndTheRestIsNotSent) {
  Server server([&](Connection& connection) {
    if (connection.index() > 0) return serve_hello(connection);
    connection.read_head();
    connection.skip(1_MiB);
    connection.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
    connection.skip_all();
  });
  ZerosSource body(64_MiB);
  const auto transfer = perform({.method = "POST", .url = server.url("/"), .body = &body});
  ASSERT_TRUE(transfer) << transfer.error().text;
  EXPECT_EQ(transfer->head.status, 413);
  EXPECT_EQ(receiver_.text, "big");
  EXPECT_TRUE(transfer->outcome.source_touched);
  EXPECT_LT(transfer->outcome.bytes.sent, 64_MiB);
  // What is left of the body must not become the next request.
  ASSERT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(server.accepted(), 2);
}

TEST_F(HopTest, ALargeBodyArrivesWholeInConstantMemory) {
  constexpr std::uint64_t size = 256_MiB;
  std::size_t arrived = 0;
  Server server([&](Connection& connection) {
    connection.read_head();
    arrived = connection.skip(size);
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 268435456\r\n\r\n");
    const std::string block(1_MiB, 'x');
    for (int count = 0; count < 256; ++count) connection.send(block);
    connection.skip_all();
  });
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  ZerosSource body(size);
  std::uint64_t got = 0;
  receiver_.on_body = [&] {
    got += receiver_.text.size();
    receiver_.text.clear();
  };
  Progress last;
  const auto transfer =
      perform({.method = "POST", .url = server.url("/"), .body = &body}, {.progress = [&](auto at) {
                EXPECT_GE(at.sent, last.sent);
                EXPECT_GE(at.received, last.received);
                last = at;
              }});
  ASSERT_TRUE(transfer) << transfer.error().text;
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  EXPECT_EQ(arrived, size);
  EXPECT_EQ(got, size);
  EXPECT_EQ(last.sent, size);
  EXPECT_EQ(last.received, size);
  EXPECT_EQ(transfer->outcome.bytes.sent, size);
  constexpr long kibibytes_max = 32 * 1024;
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, kibibytes_max);
}

TEST_F(HopTest, AShortSourceFailsTheCall) {
  PiecesSource body({"hello"}, 6);
  const Failure failure = sending_failure(body);
  EXPECT_EQ(failure.kind, FailureKind::source);
  EXPECT_EQ(failure.text, "the body ended after 5 of 6 bytes");
  EXPECT_TRUE(failure.outcome.source_touched);
  EXPECT_EQ(failure.outcome.bytes.sent, 5U);
}

TEST_F(HopTest, ALongSourceFailsTheCallBeforeItsLastByteLeaves) {
  PiecesSource one({"hello"}, 4);
  EXPECT_EQ(sending_failure(one).text, "the body has more than its 4 bytes");
  PiecesSource two({"hello", "!"}, 5);
  EXPECT_EQ(sending_failure(two).kind, FailureKind::source);
}

TEST_F(HopTest, ALongSourceOfNoBytesSendsNothing) {
  Server server(serve_hello);
  PiecesSource body({"!"}, 0);
  const Failure failure = failure_of({.method = "PUT", .url = server.url("/"), .body = &body});
  EXPECT_EQ(failure.kind, FailureKind::source);
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(HopTest, ASourceThatFailsGivesTheText) {
  for (const bool is_size_known : {false, true}) {
    PiecesSource body({"hello", "world"}, is_size_known ? std::optional(10) : std::nullopt);
    body.fails_at = 1;
    const Failure failure = sending_failure(body);
    EXPECT_EQ(failure.kind, FailureKind::source);
    EXPECT_EQ(failure.text, "the body could not be read: the disk is gone");
  }
}

TEST_F(HopTest, WhatASourceThrowsIsCarriedOver) {
  PiecesSource body({"hello", "world"});
  body.throws_at = 1;
  const Failure failure = sending_failure(body);
  EXPECT_EQ(failure.kind, FailureKind::source);
  EXPECT_EQ(what(failure.thrown), "out of paper");
}

TEST_F(HopTest, AReceiverMayRefuse) {
  Server server(serve_hello);
  receiver_.takes_head = false;
  EXPECT_EQ(failure_of({.url = server.url("/")}).kind, FailureKind::receiver);
  EXPECT_EQ(receiver_.text, "");
  receiver_.takes_head = true;
  receiver_.takes_body = false;
  const Failure failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::receiver);
  EXPECT_EQ(failure.outcome.bytes.received, 5U);
  EXPECT_FALSE(failure.thrown);
}

TEST_F(HopTest, WhatAReceiverThrowsIsCarriedOver) {
  Server server(serve_hello);
  receiver_.on_body = [] { throw std::runtime_error("full"); };
  Failure failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::receiver);
  EXPECT_EQ(what(failure.thrown), "full");
  receiver_.on_head = [] { throw std::runtime_error("no"); };
  failure = failure_of({.url = server.url("/")});
  EXPECT_EQ(failure.kind, FailureKind::receiver);
  EXPECT_EQ(what(failure.thrown), "no");
}

TEST_F(HopTest, WhatProgressThrowsAbortsTheCall) {
  Server server(serve_hello);
  const CallLimits limits{.progress = [](const Progress&) { throw std::runtime_error("stop"); }};
  Failure failure = failure_of({.url = server.url("/")}, limits);
  EXPECT_EQ(failure.kind, FailureKind::aborted);
  EXPECT_EQ(what(failure.thrown), "stop");
  BytesSource body(as_bytes("x"));
  failure = failure_of({.method = "POST", .url = server.url("/"), .body = &body}, limits);
  EXPECT_EQ(failure.kind, FailureKind::aborted);
  EXPECT_EQ(what(failure.thrown), "stop");
}

TEST_F(HopTest, AnEmptyPieceOfAResponseIsNoEnd) {
  ASSERT_TRUE(answered("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_EQ(receiver_.text, "");
  ASSERT_TRUE(answered("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_EQ(receiver_.heads.size(), 2U);
}

}  // namespace
}  // namespace argot::fetch
