// One connection on a loop that the test turns by hand: what races in a server happens here in the
// order that the test wants.
#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "net/asio_types.h"
#include "net/connection.h"
#include "net/toy_service_test.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::net {
namespace {

// Keeps what is said, but for numbers.
class TextLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField> fields) override {
    std::string line(event);
    for (const LogField& field : fields) {
      const auto* const text = std::get_if<std::string_view>(&field.value);
      if (text != nullptr) line += " " + std::string(*text);
    }
    lines.push_back(line);
  }

  std::vector<std::string> lines;
};

class ConnectionStepTest : public ::testing::Test {
 protected:
  ConnectionStepTest()
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
        client_("127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())),
        socket_(acceptor_.accept()),
        descriptor_(socket_.native_handle()),
        connection_(host_, std::move(socket_)) {}

  void start() {
    asio::co_spawn(context_, connection_.run(),
                   [this](const std::exception_ptr&) { ended_ = true; });
  }

  // Sends, and waits until the bytes are there to be read.
  void deliver(std::string_view bytes) {
    const std::size_t before = unread_bytes();
    client_.send(bytes);
    while (unread_bytes() < before + bytes.size()) std::this_thread::yield();
  }

  std::size_t unread_bytes() const {
    int count = 0;
    EXPECT_EQ(::ioctl(descriptor_, FIONREAD, &count), 0);
    return static_cast<std::size_t>(count);
  }

  // Runs whatever the loop has to do now.
  void turn() {
    context_.restart();
    context_.poll();
  }

  // Until the connection waits for more of a body that has come so far, and knows it.
  void turn_until_taken(std::uint64_t body_bytes) {
    turn_until([&] { return service_.state.body_bytes == body_bytes; });
    std::latch done(1);
    workers_.submit([&done] { done.count_down(); });  // behind the job that took it
    done.wait();
    turn();
  }

  void pass(std::chrono::milliseconds time) {
    clock_.advance(time);
    connection_.check_deadline(clock_.steady());
    turn();
  }

  // Of 4 MiB and a byte; whenever some of it is taken the next is there. at_first() runs on the
  // worker that takes the first.
  void begin_body_that_keeps_coming(std::function<void()> at_first) {
    service_.state.on_write = [this, at_first = std::move(at_first), left_bytes = 4_MiB]() mutable {
      if (left_bytes == 4_MiB) at_first();
      if (left_bytes == 0) return;
      deliver(std::string(64_KiB, 'x'));
      left_bytes -= 64_KiB;
    };
    deliver("POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
            std::to_string(4_MiB + 1) + "\r\n\r\n.");
    start();
  }

  template <typename Condition>
  void turn_until(Condition condition) {
    while (!condition()) turn();
  }

  testing::FakeClock clock_;
  TextLog log_;
  ToyService service_;
  ServerOptions options_;
  std::atomic<bool> draining_ = false;
  ServerCounters counters_;
  WorkerPool workers_{1};
  ConnectionHost host_{.options = options_,
                       .service = service_,
                       .clock = clock_,
                       .log = log_,
                       .workers = workers_,
                       .draining = draining_,
                       .counters = counters_};
  asio::io_context context_{1};
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  testing::SocketClient client_;
  Socket socket_;
  int descriptor_;
  Connection connection_;
  bool ended_ = false;
};

TEST_F(ConnectionStepTest, ARequestThatCameJustBeforeADrainIsAnswered) {
  start();
  turn();
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  draining_ = true;
  connection_.close_if_idle();
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "now");
  EXPECT_EQ(reply->header("connection"), "close");
}

TEST_F(ConnectionStepTest, ARequestThatCameBeforeTheFirstLookIsAnsweredInADrain) {
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  draining_ = true;
  start();
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "now");
  EXPECT_EQ(reply->header("connection"), "close");
}

TEST_F(ConnectionStepTest, ARequestThatCameDuringTheLastReplyIsAnsweredInADrain) {
  deliver("GET /large-memory HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return counters_.sent_bytes.value() > 0; });  // without Connection: close
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  draining_ = true;
  connection_.close_if_idle();
  std::optional<testing::WireReply> reply;
  std::jthread reader([&] {
    client_.read_reply();
    reply = client_.read_reply();
  });
  turn_until([this] { return ended_; });
  reader.join();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "now");
  EXPECT_EQ(reply->header("connection"), "close");
}

TEST_F(ConnectionStepTest, NoRequestIsWaitedForInADrain) {
  draining_ = true;
  start();
  turn_until([this] { return ended_; });
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(ConnectionStepTest, ADrainDuringAReplyClosesAfterIt) {
  deliver("GET /large-memory HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return counters_.sent_bytes.value() > 0; });  // too late to announce it
  draining_ = true;
  connection_.close_if_idle();
  std::optional<testing::WireReply> reply;
  std::jthread reader([&] { reply = client_.read_reply(); });
  turn_until([this] { return ended_; });
  reader.join();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.size(), 2 * ToyService::large_block);
  EXPECT_TRUE(client_.is_closed());
}

TEST_F(ConnectionStepTest, RequestsSentAheadLetOtherConnectionsHaveTheirTurn) {
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\nGET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  while (service_.state.begun == 0) {
    context_.restart();
    context_.poll_one();
  }
  EXPECT_EQ(service_.state.begun, 1);
  turn_until([this] { return service_.state.begun == 2; });
  EXPECT_TRUE(client_.read_reply());
  EXPECT_TRUE(client_.read_reply());
  client_.finish_sending();
  turn_until([this] { return ended_; });
}

TEST_F(ConnectionStepTest, ACutEndsADownloadBetweenItsBlocks) {
  deliver("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  while (service_.state.begun == 0) {
    context_.restart();
    context_.poll_one();
  }
  connection_.cut();
  turn_until([this] { return ended_; });
  EXPECT_LT(client_.read_all().size(), 64 * ToyFile::block);
}

TEST_F(ConnectionStepTest, WhatIsReadyIsSentWithoutAWorker) {
  workers_.submit([this] { service_.state.let_go.wait(); });  // the only one is busy
  deliver("GET /prepared-file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  start();
  std::optional<testing::WireReply> reply;
  std::jthread reader([&] { reply = client_.read_reply(); });
  turn_until([this] { return ended_; });
  reader.join();
  service_.state.let_go.count_down();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.size(), 16 * ToyFile::block);
}

TEST_F(ConnectionStepTest, ADownloadToAFastClientLetsOtherJobsHaveTheirTurn) {
  std::optional<std::uint64_t> sent_before_the_other;
  std::uint64_t sent = 0;
  service_.state.on_prepare = [&](std::uint64_t position) {
    sent = position;
    if (position == 0) workers_.submit([&] { sent_before_the_other = sent; });
    EXPECT_TRUE(client_.receive(position));  // so that there is room for all that is sent
  };
  deliver("GET /long-memory HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  start();
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.size(), ToyService::long_blocks * ToyFile::block);
  ASSERT_TRUE(sent_before_the_other);
  EXPECT_LE(*sent_before_the_other, 4_MiB);
}

TEST_F(ConnectionStepTest, ACutEndsADownloadToAFastClientAfterTheTurn) {
  service_.state.on_prepare = [&](std::uint64_t position) {
    if (position == 0) asio::post(context_, [this] { connection_.cut(); });
    EXPECT_TRUE(client_.receive(position));
  };
  deliver("GET /long-memory HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return ended_; });
  EXPECT_LE(client_.read_all().size(), 5_MiB);
}

TEST_F(ConnectionStepTest, ABodyThatTricklesIsGivenUpThoughBytesKeepComing) {
  deliver("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  start();
  turn_until([this] { return service_.state.begun == 1; });
  turn_until_taken(0);
  for (std::uint64_t count = 1; count <= 3; ++count) {
    deliver("x");
    turn_until_taken(count);
    pass(options_.body_window / 3 + std::chrono::milliseconds(1));
  }
  client_.finish_sending();
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 408);
  EXPECT_EQ(reply->header("connection"), "close");
}

TEST_F(ConnectionStepTest, ABodyThatKeepsThePaceMayLastLongerThanOneWindow) {
  const std::size_t piece_bytes = options_.body_bytes_per_second_min * 30;
  deliver("POST /count HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
          std::to_string(3 * piece_bytes) + "\r\n\r\n");
  start();
  turn_until([this] { return service_.state.begun == 1; });
  for (std::size_t count = 1; count <= 3; ++count) {
    turn_until_taken((count - 1) * piece_bytes);
    pass(options_.body_window * 2 / 3);
    deliver(std::string(piece_bytes, 'x'));
  }
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, std::to_string(3 * piece_bytes));
}

TEST_F(ConnectionStepTest, TheNextHeadHasItsTimeFromItsFirstByteOn) {
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return unread_bytes() == 0; });
  ASSERT_TRUE(client_.read_reply());
  pass(options_.idle_timeout - std::chrono::milliseconds(1));
  deliver("GET /now HTTP/1.1\r\n");
  turn_until([this] { return unread_bytes() == 0; });
  pass(options_.head_timeout - std::chrono::milliseconds(1));
  deliver("Host: x\r\nConnection: close\r\n\r\n");
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
}

TEST_F(ConnectionStepTest, ReadsOnAfterAnEarlyReplySoThatClosingIsNoReset) {
  deliver("POST /denied HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome");
  start();
  turn_until([this] { return unread_bytes() == 0; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401);
  deliver("and more");
  turn_until([this] { return ended_ || unread_bytes() == 0; });
  EXPECT_FALSE(ended_);
  client_.finish_sending();
  turn_until([this] { return ended_; });
}

TEST_F(ConnectionStepTest, WhatIsReadAfterAnEarlyReplyKeepsNobodyElseWaiting) {
  deliver("POST /denied HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nsome");
  start();
  turn_until([this] { return unread_bytes() == 0; });
  deliver(std::string(5 * limits::head_bytes_max, 'x'));
  const std::size_t all = unread_bytes();
  while (unread_bytes() == all) {
    context_.restart();
    context_.poll_one();
  }
  EXPECT_GT(unread_bytes(), 0U) << "not all of it in one go";
  client_.finish_sending();
  turn_until([this] { return ended_; });
}

TEST_F(ConnectionStepTest, WhoDoesNotTakeAReplyIsNotReadFromAfterIt) {
  const std::string request =
      "POST /large-memory HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome";
  deliver(request);
  start();
  turn_until([this] { return counters_.sent_bytes.value() > 0; });
  deliver("and more");
  turn_until([this] {
    pass(options_.write_stall_timeout);
    return ended_;
  });
  EXPECT_EQ(counters_.received_bytes.value(), request.size());
}

TEST_F(ConnectionStepTest, AFileThatIsShorterThanItWasIsCheckedAgainAndTold) {
  deliver("GET /shortened-file HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return ended_; });
  const std::string all = client_.read_all();
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 4 * ToyFile::block);
  EXPECT_EQ(log_.lines, std::vector<std::string>{"reply_broken_off req_toy content_corrupt"});
}

TEST_F(ConnectionStepTest, ContentThatIsFoundWrongBehindWhatIsSentIsTold) {
  deliver("GET /damaged HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  turn_until([this] { return ended_; });
  EXPECT_EQ(log_.lines, std::vector<std::string>{"reply_broken_off req_toy content_corrupt"});
}

TEST_F(ConnectionStepTest, AClientThatLeavesIsNoFaultOfTheContent) {
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  deliver("GET /prepared-file HTTP/1.1\r\nHost: x\r\n\r\n");
  start();
  {
    const testing::SocketClient gone = std::move(client_);
  }
  turn_until([this] { return ended_; });
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(ConnectionStepTest, AHeadThatComesWithItsDeadlineIsNoBodyThatTimesOut) {
  start();
  turn();
  deliver("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nsome");
  client_.finish_sending();
  clock_.advance(options_.head_timeout);
  connection_.check_deadline(clock_.steady());  // before the loop has seen the bytes
  turn_until([this] { return ended_; });
  EXPECT_EQ(service_.state.destroyed, 1);
  EXPECT_EQ(client_.read_all(), "") << "a body that breaks off gets no reply";
}

TEST_F(ConnectionStepTest, ACutConnectionTakesNoRequestThatHasCome) {
  start();
  turn();
  deliver("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  connection_.cut();
  turn_until([this] { return ended_; });
  EXPECT_EQ(service_.state.begun, 0);
}

TEST_F(ConnectionStepTest, SlowWorkersDoNotUseUpTheTimeOfTheClient) {
  deliver("POST /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 20\r\n\r\n");
  start();
  turn_until([this] { return service_.state.begun == 1; });
  turn_until_taken(0);
  deliver("first");
  turn_until([this] { return service_.state.held.try_wait(); });
  deliver("other");
  turn();
  clock_.advance(2 * options_.body_window);
  service_.state.let_go.count_down();
  turn_until_taken(10);
  pass(std::chrono::milliseconds(0));
  deliver("third");
  turn_until_taken(15);
  pass(std::chrono::milliseconds(0));
  client_.send("after");
  client_.finish_sending();
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "firstotherthirdafter");
}

TEST_F(ConnectionStepTest, ABodyThatKeepsComingLetsOtherJobsHaveTheirTurn) {
  std::optional<std::uint64_t> taken_before_the_other;
  begin_body_that_keeps_coming(
      [&] { workers_.submit([&] { taken_before_the_other = service_.state.body_bytes; }); });
  turn_until([this] { return ended_; });
  const auto reply = client_.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, std::to_string(4_MiB + 1));
  ASSERT_TRUE(taken_before_the_other);
  EXPECT_LE(*taken_before_the_other, 1_MiB);
}

TEST_F(ConnectionStepTest, ACutEndsABodyThatKeepsComingAfterTheTurn) {
  begin_body_that_keeps_coming([this] { asio::post(context_, [this] { connection_.cut(); }); });
  turn_until([this] { return ended_; });
  EXPECT_LE(service_.state.body_bytes, 1_MiB);
  EXPECT_EQ(service_.state.finished, 0);
}

TEST_F(ConnectionStepTest, ACutWhileTheWorkersAreBusyEndsTheConnectionAfterThem) {
  deliver("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 15\r\n\r\nfirst");
  start();
  turn_until([this] { return service_.state.held.try_wait(); });
  connection_.cut();
  turn();
  EXPECT_FALSE(ended_);
  service_.state.let_go.count_down();
  turn_until([this] { return ended_; });
  EXPECT_EQ(service_.state.destroyed, 1);
  EXPECT_EQ(client_.read_all(), "");
}

}  // namespace
}  // namespace argot::net
