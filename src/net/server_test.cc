#include "net/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <future>
#include <latch>
#include <optional>
#include <string>
#include <thread>

#include "net/toy_service_test.h"
#include "tests/support/fakes.h"
#include "tests/support/socket_client.h"

namespace argot::net {
namespace {

using testing::SocketClient;

constexpr std::string_view get_now = "GET /now HTTP/1.1\r\nHost: x\r\n\r\n";

// Waits for the one warning that a drain took too long.
class DrainLog final : public Log {
 public:
  void write(LogLevel, std::string_view event, std::initializer_list<LogField>) override {
    if (event == "drain_timeout") timed_out.count_down();
  }
  std::latch timed_out{1};
};

class ServerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> started(const ServerOptions& options) {
    auto opened = Server::open(options, service_, clock_, log_);
    EXPECT_TRUE(opened);
    (*opened)->run();
    return *std::move(opened);
  }

  static std::uint64_t wire_bytes(const testing::WireReply& reply) {
    return reply.head.size() + std::string_view("\r\n\r\n").size() + reply.body.size();
  }

  // What is sent is counted after it: the client may know of it before.
  void expect_soon(const Counter& counter, std::uint64_t value) const {
    const SteadyTime end = clock_.steady() + std::chrono::seconds(30);
    while (counter.value() != value && clock_.steady() < end) std::this_thread::yield();
    EXPECT_EQ(counter.value(), value);
  }

  void wait_for_a_reply_of(const Server& server) const {
    const SteadyTime end = clock_.steady() + std::chrono::seconds(30);
    while (server.counters().sent_bytes.value() == 0 && clock_.steady() < end) {
      std::this_thread::yield();
    }
  }

  SystemClock clock_;
  SilentLog log_;
  ToyService service_;
};

TEST_F(ServerTest, AnAddressInUseIsOneClearError) {
  const auto first = started({.workers = 1});
  const std::string address = first->address();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const auto second = Server::open({.port = port, .workers = 1}, service_, clock_, log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::cannot_start);
  EXPECT_NE(second.error().detail.find("cannot listen on " + address), std::string::npos)
      << second.error().detail;
  EXPECT_NE(second.error().detail.find("--listen"), std::string::npos);
}

TEST_F(ServerTest, AHostThatIsNoneIsOneClearError) {
  const auto server =
      Server::open({.host = "not an address", .workers = 1}, service_, clock_, log_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::cannot_start);
}

TEST_F(ServerTest, ListensOnIpv6) {
  const auto server = Server::open({.host = "::1", .workers = 1}, service_, clock_, log_);
  if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().detail;
  EXPECT_TRUE((*server)->address().starts_with("[::1]:"));
}

TEST_F(ServerTest, ServesOverAUnixSocket) {
  const argot::testing::TempFolder folder;
  const std::string path = folder / "x.sock";
  const auto server = started({.socket_path = path, .workers = 1});
  EXPECT_EQ(server->address(), "unix:" + path);
  SocketClient client(server->address());
  client.send(get_now);
  EXPECT_EQ(client.read_reply()->body, "now");
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nback");
  EXPECT_EQ(client.read_reply()->body, "back");
  client.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_reply()->body.size(), 64 * ToyFile::block);
  server->drain(std::chrono::seconds(10));
  EXPECT_TRUE(client.is_closed());
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ServerTest, AUnixSocketThatCannotBeIsOneClearError) {
  const auto server =
      Server::open({.socket_path = "/no/such/x.sock", .setting = "--elsewhere", .workers = 1},
                   service_, clock_, log_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::cannot_start);
  EXPECT_EQ(server.error().detail,
            "cannot listen on /no/such/x.sock: cannot make it (No such file or directory); give "
            "another address with --elsewhere");
}

TEST_F(ServerTest, CountsConnectionsAndBytes) {
  const auto server = started({.workers = 1, .connections_max = 1});
  EXPECT_EQ(server->counters().received_bytes.value(), 0U);
  SocketClient client(server->address());
  client.send(get_now);
  auto reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(server->counters().received_bytes.value(), get_now.size());
  std::uint64_t sent = wire_bytes(*reply);
  expect_soon(server->counters().sent_bytes, sent);

  client.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  reply = client.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body.size(), 64 * ToyFile::block);
  sent += wire_bytes(*reply);
  expect_soon(server->counters().sent_bytes, sent);

  const std::uint64_t received = server->counters().received_bytes.value();
  const std::string upload = "POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" +
                             std::string(300'000, 'x');
  client.send(upload);
  EXPECT_EQ(client.read_reply()->body, "300000");
  EXPECT_EQ(server->counters().received_bytes.value(), received + upload.size());

  EXPECT_EQ(server->counters().connections.value(), 1U);
  EXPECT_EQ(server->counters().connections_refused.value(), 0U);
  SocketClient excess(server->address());
  EXPECT_TRUE(excess.read_all().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(server->counters().connections.value(), 1U);
  EXPECT_EQ(server->counters().connections_refused.value(), 1U);
}

TEST_F(ServerTest, OneConnectionTooManyIsToldToComeBack) {
  const auto server = started({.workers = 1, .connections_max = 2});
  SocketClient first(server->address());
  SocketClient second(server->address());
  first.send(get_now);
  second.send(get_now);
  EXPECT_EQ(first.read_reply()->status, 200);
  EXPECT_EQ(second.read_reply()->status, 200);
  SocketClient third(server->address());
  const std::string reply = third.read_all();
  EXPECT_TRUE(reply.starts_with("HTTP/1.1 503 "));
  EXPECT_NE(reply.find("\r\nConnection: close\r\n"), std::string::npos);
  first.send(get_now);
  EXPECT_EQ(first.read_reply()->status, 200);
}

TEST_F(ServerTest, DrainingLetsARequestInProgressEnd) {
  const auto server = started({.workers = 2});
  SocketClient idle(server->address());
  idle.send(get_now);
  EXPECT_EQ(idle.read_reply()->status, 200);
  SocketClient busy(server->address());
  busy.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwork");
  service_.state.held.wait();

  auto drained = std::async(std::launch::async, [&] { server->drain(std::chrono::seconds(60)); });
  EXPECT_TRUE(idle.is_closed()) << "an idle connection is closed at once";
  service_.state.let_go.count_down();
  const auto reply = busy.read_reply();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->body, "work");
  EXPECT_EQ(reply->header("connection"), "close");
  EXPECT_TRUE(busy.is_closed());
  drained.wait();
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, DrainingWaitsForAJobEvenAfterItsTime) {
  DrainLog log;
  auto server = Server::open({.workers = 1}, service_, clock_, log).value();
  server->run();
  SocketClient busy(server->address());
  busy.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwork");
  service_.state.held.wait();
  auto drained =
      std::async(std::launch::async, [&] { server->drain(std::chrono::milliseconds(1)); });
  log.timed_out.wait();
  bool returned_early = false;
  for (int look = 0; look < 1'000 && !returned_early; ++look) {
    returned_early = drained.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    std::this_thread::yield();
  }
  service_.state.let_go.count_down();
  EXPECT_FALSE(returned_early) << "the job still uses what the server holds";
  drained.wait();
  EXPECT_EQ(server->connections(), 0U);
  EXPECT_EQ(service_.state.destroyed, 1);
}

TEST_F(ServerTest, DrainingTellsThatItsTimeIsOverBeforeItWaitsForJobs) {
  DrainLog log;
  std::atomic<int> told = 0;
  const ServerOptions options{.workers = 1, .on_drain_timeout = [&] {
                                EXPECT_TRUE(log.timed_out.try_wait()) << "too early";
                                ++told;
                                service_.state.let_go.count_down();  // what the job waits for
                              }};
  auto server = Server::open(options, service_, clock_, log).value();
  server->run();
  SocketClient busy(server->address());
  busy.send("POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwork");
  service_.state.held.wait();
  auto drained =
      std::async(std::launch::async, [&] { server->drain(std::chrono::milliseconds(1)); });
  const bool ended = drained.wait_for(std::chrono::seconds(30)) == std::future_status::ready;
  EXPECT_TRUE(ended);
  if (!ended) service_.state.let_go.count_down();
  drained.wait();
  EXPECT_EQ(told, 1);
}

TEST_F(ServerTest, DrainingInTimeTellsOfNoTimeout) {
  std::atomic<int> told = 0;
  const auto server = started({.workers = 1, .on_drain_timeout = [&] { ++told; }});
  SocketClient idle(server->address());
  idle.send(get_now);
  EXPECT_TRUE(idle.read_reply());
  server->drain(std::chrono::seconds(60));
  EXPECT_TRUE(idle.is_closed());
  EXPECT_EQ(told, 0);
}

// What the system has taken for a client may be lost with the process that ends next.
TEST_F(ServerTest, DrainingWaitsUntilAReplyIsTaken) {
  const argot::testing::TempFolder folder;
  const std::string path = folder / "x.sock";
  const auto server = started({.socket_path = path, .workers = 1});
  SocketClient client(server->address());
  client.send(get_now);
  wait_for_a_reply_of(*server);
  auto drained = std::async(std::launch::async, [&] { server->drain(std::chrono::seconds(60)); });
  while (std::filesystem::exists(path)) std::this_thread::yield();
  EXPECT_EQ(server->connections(), 1U);
  EXPECT_EQ(client.read_reply()->body, "now");
  drained.wait();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, DrainingDoesNotWaitLongForAClientThatTakesNothing) {
  const argot::testing::TempFolder folder;
  DrainLog log;
  auto server =
      Server::open({.socket_path = folder / "x.sock", .workers = 1}, service_, clock_, log).value();
  server->run();
  SocketClient client(server->address());
  client.send(get_now);
  wait_for_a_reply_of(*server);
  server->drain(std::chrono::milliseconds(200));
  EXPECT_TRUE(log.timed_out.try_wait());
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, DrainingDoesNotWaitForAClientThatIsGone) {
  const argot::testing::TempFolder folder;
  for (const std::string& path : {std::string(), folder / "x.sock"}) {
    DrainLog log;
    auto server = Server::open({.socket_path = path, .workers = 1}, service_, clock_, log).value();
    server->run();
    {
      SocketClient client(server->address());
      client.send(get_now);
      wait_for_a_reply_of(*server);
    }
    server->drain(std::chrono::seconds(10));
    EXPECT_FALSE(log.timed_out.try_wait()) << path;
    EXPECT_EQ(server->connections(), 0U);
  }
}

// Of a connection that was reset the system still says that bytes are left.
TEST_F(ServerTest, DrainingDoesNotWaitForAClientThatResetsTheConnection) {
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  DrainLog log;
  auto server = Server::open({.workers = 1}, service_, clock_, log).value();
  server->run();
  std::optional<SocketClient> client(server->address());
  client->send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  SocketClient idle(server->address());
  idle.send(get_now);
  EXPECT_TRUE(idle.read_reply());
  auto drained = std::async(std::launch::async, [&] { server->drain(std::chrono::seconds(10)); });
  EXPECT_TRUE(idle.is_closed());
  client.reset();
  drained.wait();
  EXPECT_FALSE(log.timed_out.try_wait());
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(ServerTest, DrainingCutsWhatDoesNotEndInTime) {
  const auto server = started({.workers = 1});
  SocketClient stuck(server->address());
  stuck.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
  while (service_.state.body_bytes == 0) std::this_thread::yield();
  server->drain(std::chrono::milliseconds(1));
  EXPECT_TRUE(stuck.is_closed());
  EXPECT_EQ(service_.state.finished, 0);
  EXPECT_EQ(service_.state.destroyed, 1);
}

}  // namespace
}  // namespace argot::net
