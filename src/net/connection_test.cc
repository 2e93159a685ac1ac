#include "net/connection.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>

#include "net/server.h"
#include "net/toy_service_test.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::net {
namespace {

using testing::FakeClock;
using testing::SocketClient;
using testing::WireReply;

class ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Server::open({.loops = 2, .workers = 2}, service_, clock_, log_);
    ASSERT_TRUE(opened) << describe(opened.error());
    server_ = *std::move(opened);
    server_->run();
  }

  void TearDown() override { server_->drain(std::chrono::milliseconds(0)); }

  static std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  static std::string post(const std::string& path, const std::string& body) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
  static std::string post_chunked(const std::string& path, const std::string& chunks) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
  }

  // Moves the clock until the server has closed or answered: deadlines are looked at in real time.
  std::string read_all_while_time_passes(SocketClient& client, std::chrono::milliseconds step) {
    std::atomic<bool> done = false;
    std::jthread mover([&] {
      while (!done) {
        clock_.advance(step);
        std::this_thread::yield();
      }
    });
    std::string all = client.read_all();
    done = true;
    return all;
  }

  FakeClock clock_;
  SilentLog log_;
  ToyService service_;
  std::unique_ptr<Server> server_;
};

TEST_F(ConnectionTest, KeepsTheConnectionForTheNextRequest) {
  SocketClient client(server_->address());
  for (int round = 0; round < 3; ++round) {
    client.send(get("/now"));
    EXPECT_EQ(client.read_reply()->body, "now");
    client.send(post("/echo", "hello"));
    EXPECT_EQ(client.read_reply()->body, "hello");
  }
}

// One loop, so that whoever waits on it keeps everybody waiting.
TEST_F(ConnectionTest, WhatCannotBeginWithoutWaitingKeepsNobodyElseWaiting) {
  ToyService service;
  auto server = Server::open({.loops = 1, .workers = 2}, service, clock_, log_);
  ASSERT_TRUE(server);
  (*server)->run();
  SocketClient slow((*server)->address());
  slow.send(get("/wait?a=b"));
  service.state.held.wait();
  SocketClient fast((*server)->address());
  fast.send(get("/now"));
  EXPECT_EQ(fast.read_reply()->body, "now");
  service.state.let_go.count_down();
  EXPECT_EQ(slow.read_reply()->body, "waited for /wait?a=b");
  slow.send(get("/now"));
  EXPECT_EQ(slow.read_reply()->body, "now");
  (*server)->drain(std::chrono::milliseconds(0));
}

TEST_F(ConnectionTest, ARequestIsReceivedWhenItsHeadIsThere) {
  const std::int64_t sent_at = unix_seconds(clock_.now());
  SocketClient client(server_->address());
  client.send(get("/wait-and-tell-when"));
  service_.state.held.wait();
  clock_.advance(std::chrono::seconds(5));
  service_.state.let_go.count_down();
  EXPECT_EQ(client.read_reply()->body, std::to_string(sent_at));
}

TEST_F(ConnectionTest, WhatBeganWithWaitingGetsItsBody) {
  service_.state.let_go.count_down();
  SocketClient client(server_->address());
  client.send(post("/wait-and-echo", "hello"));
  EXPECT_EQ(client.read_reply()->body, "hello");
}

// It is let go while it waits: by a drain that does not wait for it.
TEST_F(ConnectionTest, ADrainEndsAConnectionThatWaitsToBegin) {
  SocketClient client(server_->address());
  client.send(post("/wait-and-echo", "hello"));
  service_.state.held.wait();
  std::jthread drain([&] { server_->drain(std::chrono::milliseconds(0)); });
  service_.state.let_go.count_down();
  drain.join();
  EXPECT_EQ(service_.state.begun, 1);
}

TEST_F(ConnectionTest, ClosesWhenTheClientAsksForIt) {
  SocketClient client(server_->address());
  client.send("GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const auto reply = client.read_reply();
  EXPECT_EQ(reply->body, "now");
  EXPECT_EQ(reply->header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ConnectionTest, KeepsAnOldConnectionOnlyWhenAsked) {
  SocketClient client(server_->address());
  client.send("GET /now HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.read_reply()->header("connection"), "keep-alive");
  client.send("GET /now HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.read_reply()->header("connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ConnectionTest, AnswersPipelinedRequestsInOrder) {
  SocketClient client(server_->address());
  client.send(post("/echo", "one") + get("/now") + post_chunked("/echo", "3\r\ntwo\r\n0\r\n\r\n") +
              post("/echo", "three"));
  for (const char* const expected : {"one", "now", "two", "three"}) {
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->body, expected);
  }
}

TEST_F(ConnectionTest, FindsTheNextRequestBehindALargeChunkedBody) {
  const std::string large(300'000, 'z');
  const std::string body = "493e0\r\n" + large + "\r\n0\r\n\r\n";
  SocketClient client(server_->address());
  std::jthread sender([&] { client.send(post_chunked("/count", body) + post("/echo", "next")); });
  EXPECT_EQ(client.read_reply()->body, "300000");
  EXPECT_EQ(client.read_reply()->body, "next");
}

TEST_F(ConnectionTest, CannotTellHowTheBytesWereCut) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string stream =
      post("/echo", std::string(5000, 'a')) + get("/now") +
      post_chunked("/echo", "5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n") +
      post("/count", std::string(200'000, 'b')) + get("/now");
  for (int round = 0; round < 10; ++round) {
    SocketClient client(server_->address());
    std::jthread sender([&] {
      for (std::size_t at = 0; at < stream.size();) {
        const std::size_t piece = std::min<std::size_t>(stream.size() - at, 1 + random() % 3000);
        client.send(std::string_view(stream).substr(at, piece));
        at += piece;
      }
    });
    EXPECT_EQ(client.read_reply()->body, std::string(5000, 'a'));
    EXPECT_EQ(client.read_reply()->body, "now");
    EXPECT_EQ(client.read_reply()->body, "hello!");
    EXPECT_EQ(client.read_reply()->body, "200000");
    EXPECT_EQ(client.read_reply()->body, "now");
  }
}

TEST_F(ConnectionTest, SaysContinueOnlyWhenItWantsTheBody) {
  SocketClient willing(server_->address());
  willing.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(willing.read_reply()->status, 100);
  willing.send("ok");
  EXPECT_EQ(willing.read_reply()->body, "ok");

  SocketClient hasty(server_->address());
  hasty.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");
  EXPECT_EQ(hasty.read_reply()->body, "ok") << "whose body is here need not be told to send it";

  SocketClient refused(server_->address());
  refused.send(
      "POST /denied HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(refused.read_reply()->status, 401);
}

TEST_F(ConnectionTest, ABodyThatNobodyReadsIsNoRequest) {
  SocketClient client(server_->address());
  client.send(post("/now", "GET /denied HTTP/1.1\r\nHost: x\r\n\r\n") + get("/now"));
  EXPECT_EQ(client.read_reply()->body, "now");
  EXPECT_EQ(client.read_reply()->body, "now");
  client.send(post_chunked("/now", "3\r\ntwo\r\n0\r\n\r\n") + get("/now"));
  EXPECT_EQ(client.read_reply()->header("connection"), "close") << "its end is not known";
  client.finish_sending();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ConnectionTest, AnEarlyReplyReachesAClientThatIsStillSending) {
  for (const char* const path : {"/denied", "/stop"}) {
    SocketClient client(server_->address());
    client.send(std::string("POST ") + path +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
    std::jthread sender([&] {
      const std::string piece(100'000, 'x');
      for (int count = 0; count < 500 && client.send(piece); ++count) {
      }
    });
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply) << path;
    EXPECT_EQ(reply->header("connection"), "close");
    EXPECT_EQ(reply->status, std::string(path) == "/stop" ? 400 : 401);
  }
  EXPECT_LE(service_.state.body_bytes.load(), 300'000U) << "a stopped exchange must get no more";
}

TEST_F(ConnectionTest, AnEarlyReplyReachesAClientThatReadsOnlyWhenAllIsSent) {
  SocketClient client(server_->address());
  client.send("POST /denied HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n");
  const std::string piece(1'000'000, 'x');
  for (int count = 0; count < 200; ++count) ASSERT_TRUE(client.send(piece)) << count << " MB";
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401);
}

TEST_F(ConnectionTest, AnEarlyReplyComesWhileTheClientPausesInItsBody) {
  SocketClient client(server_->address());
  client.send("POST /stop HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nfirst");
  EXPECT_EQ(client.read_reply()->status, 400);
}

TEST_F(ConnectionTest, ABodyThatBreaksOffDestroysTheExchange) {
  {
    SocketClient client(server_->address());
    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
  }
  service_.state.broken_off.wait();
  EXPECT_EQ(service_.state.finished, 0);
}

TEST_F(ConnectionTest, BadFramingIsRefusedAndTheConnectionClosed) {
  for (const std::string& request :
       {post_chunked("/echo", "5\r\nhello\r\nzz\r\n"),
        std::string("GET /now HTTP/1.1\nHost: x\n\n"), std::string("GET /now HTTP/1.1\r\n\r\n")}) {
    SocketClient client(server_->address());
    client.send(request + get("/now"));
    const auto reply = client.read_reply();
    ASSERT_TRUE(reply) << request;
    EXPECT_EQ(reply->status, 400) << request;
    EXPECT_EQ(reply->header("connection"), "close");
    client.finish_sending();
    EXPECT_TRUE(client.is_closed()) << "what follows must not be taken for a request";
  }
  EXPECT_EQ(service_.state.finished, 0);
}

TEST_F(ConnectionTest, WhoeverStoppedDecidesEvenIfTheRestOfTheBodyIsBad) {
  SocketClient client(server_->address());
  client.send(post_chunked("/stop", "5\r\nhello\r\nzz\r\n"));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "stopped");
  EXPECT_EQ(reply->header("connection"), "close");
}

TEST_F(ConnectionTest, OmitsTextsForHeadToo) {
  SocketClient client(server_->address());
  for (const char* const path : {"/now", "/large"}) {
    client.send(std::string("HEAD ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto reply = client.read_reply(true);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->header("content-length"), std::string(path) == "/now" ? "3" : "1000000");
    client.send(get("/now"));
    const auto next = client.read_reply();
    ASSERT_TRUE(next);
    EXPECT_TRUE(next->head.starts_with("HTTP/1.1 200 ")) << "nothing came before it";
  }
}

TEST_F(ConnectionTest, SendsAFileAndOmitsItForHead) {
  SocketClient client(server_->address());
  client.send("HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_reply(true)->header("content-length"), std::to_string(64 * ToyFile::block));
  client.send(get("/file"));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->body.size(), 64 * ToyFile::block);
  for (std::uint64_t at = 0; at < 64; ++at) {
    EXPECT_EQ(reply->body[at * ToyFile::block], static_cast<char>('a' + at % 26));
    EXPECT_EQ(reply->body[(at + 1) * ToyFile::block - 1], static_cast<char>('a' + at % 26));
  }
  client.send(get("/now"));
  const auto next = client.read_reply();
  ASSERT_TRUE(next) << "not one byte more than was announced";
  EXPECT_EQ(next->body, "now");
}

TEST_F(ConnectionTest, ADamagedBlockIsNeverSentAndBreaksTheConnection) {
  SocketClient client(server_->address());
  client.send(get("/damaged"));
  const std::string all = client.read_all();
  const std::size_t body = all.find("\r\n\r\n") + 4;
  EXPECT_EQ(all.size() - body, 3 * ToyFile::block) << "only the blocks before the damaged one";
}

// As when verify.max_age passes between two looks.
TEST_F(ConnectionTest, WhatIsNoLongerReadyIsCheckedAgain) {
  SocketClient client(server_->address());
  client.send(get("/fleeting-file"));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->body.size(), 16 * ToyFile::block);
  EXPECT_EQ(reply->body.back(), 'p');
}

TEST_F(ConnectionTest, SendsWhatIsInMemoryBlockByBlock) {
  SocketClient client(server_->address());
  client.send(get("/memory"));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->body.size(), 64 * ToyFile::block);
  for (std::uint64_t at = 0; at < 64; ++at) {
    const std::string expected(ToyFile::block, static_cast<char>('a' + at % 26));
    EXPECT_TRUE(reply->body.compare(at * ToyFile::block, ToyFile::block, expected) == 0) << at;
  }
  client.send(get("/now"));
  EXPECT_EQ(client.read_reply()->body, "now");

  client.send(get("/damaged-memory"));
  const std::string all = client.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 3 * ToyFile::block);
}

TEST_F(ConnectionTest, ABlockThatTheSystemDoesNotTakeAtOnceArrivesWhole) {
  SocketClient client(server_->address());
  client.send(get("/large-memory"));
  const auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->body == std::string(ToyService::large_block, 'a') +
                                 std::string(ToyService::large_block, 'b'));
}

TEST_F(ConnectionTest, AClientThatLeavesEndsADownloadFromMemory) {
  {
    SocketClient client(server_->address());
    client.send(get("/large-memory"));
    EXPECT_TRUE(client.receive(1'000'000));
  }
  while (server_->connections() > 0) std::this_thread::yield();
}

TEST_F(ConnectionTest, LargeRepliesArriveWhole) {
  SocketClient client(server_->address());
  client.send(get("/large") + get("/now"));
  EXPECT_EQ(client.read_reply()->body, std::string(1'000'000, 'x'));
  EXPECT_EQ(client.read_reply()->body, "now");
}

TEST_F(ConnectionTest, HalfAHeadIsGivenUpWithATimeout) {
  SocketClient client(server_->address());
  client.send("GET /now HTTP/1.1\r\nHo");
  EXPECT_TRUE(read_all_while_time_passes(client, std::chrono::milliseconds(500))
                  .starts_with("HTTP/1.1 408 "));
}

TEST_F(ConnectionTest, AnIdleConnectionIsClosedWithoutAWord) {
  SocketClient client(server_->address());
  client.send(get("/now"));
  EXPECT_EQ(client.read_reply()->body, "now");
  EXPECT_EQ(read_all_while_time_passes(client, std::chrono::seconds(5)), "");
}

TEST_F(ConnectionTest, ABodyThatTricklesIsGivenUpWithATimeout) {
  SocketClient client(server_->address());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nslow");
  EXPECT_TRUE(
      read_all_while_time_passes(client, std::chrono::seconds(1)).starts_with("HTTP/1.1 408 "));
  service_.state.broken_off.wait();
}

TEST_F(ConnectionTest, AClientThatDoesNotReadIsGivenUp) {
  for (const char* const path : {"/file", "/memory", "/large"}) {
    SocketClient client(server_->address());
    std::string requests;
    for (int count = 0; count < 64; ++count) requests += get(path);
    client.send(requests);
    while (server_->connections() == 0) std::this_thread::yield();
    while (server_->connections() > 0) {
      clock_.advance(std::chrono::seconds(5));
      std::this_thread::yield();
    }
    EXPECT_LT(client.read_all().size(), 64U * 1'000'000U) << path;
  }
}

}  // namespace
}  // namespace argot::net
