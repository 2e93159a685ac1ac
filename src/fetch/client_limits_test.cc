// Stopping, deadlines and stalls, in every phase of a call. Nothing here measures time: a call that
// does not end makes the test run into its timeout, because without a limit a poll lasts an hour.

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <chrono>
#include <future>
#include <semaphore>
#include <stop_token>
#include <thread>

#include "fetch/client_fixture.h"

namespace {

constexpr std::string_view slow_host = "slow.test";
std::binary_semaphore look_up_begun{0};
std::binary_semaphore look_up_may_end{0};
std::binary_semaphore look_up_ended{0};

}  // namespace

// The system's resolver, except that it does not find out about one host until it may.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Resolver = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto of_the_system = reinterpret_cast<Resolver>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node == nullptr || node != slow_host) return of_the_system(node, service, hints, found);
  look_up_begun.release();
  look_up_may_end.acquire();
  look_up_ended.release();
  return EAI_NONAME;
}

namespace argot::fetch {
namespace {

using namespace std::chrono_literals;
using argot::testing::FullBacklog;

enum class Limit { stop, deadline, stall };

class ClientLimitsTest : public ClientTest, public ::testing::WithParamInterface<Limit> {
 protected:
  // The failure of a call that hangs in a phase until the limit of this test ends it. `reached`
  // becomes ready when it does hang.
  void ends(const Request& request, std::future<void> reached) {
    std::stop_source stop;
    CallLimits limits{.stop = stop.get_token()};
    if (GetParam() == Limit::deadline) limits.deadline = SystemClock().steady() + 50ms;
    if (GetParam() == Limit::stall) limits.stall_timeout = 50ms;
    const std::jthread stopper([&] {
      if (GetParam() != Limit::stop) return;
      reached.wait();
      stop.request_stop();
    });
    const Failure failure = failure_of(request, limits);
    EXPECT_EQ(failure.kind,
              GetParam() == Limit::stop ? FailureKind::aborted : FailureKind::timed_out)
        << failure.text;
    EXPECT_FALSE(failure.text.empty());
  }
};

TEST_P(ClientLimitsTest, EndsANameLookUp) {
  std::promise<void> reached;
  const std::jthread watcher([&] {
    look_up_begun.acquire();
    reached.set_value();
  });
  ends({.url = "http://slow.test/"}, reached.get_future());
  look_up_may_end.release();
  look_up_ended.acquire();
}

TEST_P(ClientLimitsTest, EndsConnecting) {
  const FullBacklog nobody;
  std::promise<void> reached;
  // The first look is before the call begins; the fourth follows attempts to connect.
  int looks = 0;
  clock_.on_look = [&] {
    if (++looks == 4) reached.set_value();
  };
  const auto far = SystemClock().steady() + 1h;
  if (GetParam() == Limit::stop) {
    std::stop_source stop;
    const std::jthread stopper([&] {
      reached.get_future().wait();
      stop.request_stop();
    });
    const Failure failure =
        failure_of({.url = nobody.url("/")}, {.deadline = far, .stop = stop.get_token()});
    EXPECT_EQ(failure.kind, FailureKind::aborted);
    return;
  }
  ends({.url = nobody.url("/")}, {});
}

TEST_P(ClientLimitsTest, EndsSending) {
  std::promise<void> reached;
  Server server([&](Connection& connection) {
    connection.skip(1_MiB);
    reached.set_value();
    connection.stall();
  });
  ZerosSource body(1_GiB);
  ends({.method = "PUT", .url = server.url("/"), .body = &body}, reached.get_future());
}

// On a kept connection, so that none of the timers of connecting can wake the poll.
TEST_P(ClientLimitsTest, EndsWaitingForTheResponse) {
  std::promise<void> reached;
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send(ok_hello);
    connection.read_request();
    reached.set_value();
    connection.stall();
  });
  ASSERT_TRUE(perform({.url = server.url("/")}));
  BytesSource body(as_bytes("content"));
  ends({.method = "PUT", .url = server.url("/"), .body = &body}, reached.get_future());
}

TEST_P(ClientLimitsTest, EndsReceiving) {
  std::promise<void> reached;
  receiver_.on_body = [&] {
    if (receiver_.text.size() == 3) reached.set_value();
  };
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel");
    connection.stall();
  });
  ends({.url = server.url("/")}, reached.get_future());
  EXPECT_EQ(receiver_.text, "hel");
}

INSTANTIATE_TEST_SUITE_P(, ClientLimitsTest,
                         ::testing::Values(Limit::stop, Limit::deadline, Limit::stall),
                         [](const auto& limit) {
                           switch (limit.param) {
                             case Limit::stop:
                               return "Stop";
                             case Limit::deadline:
                               return "Deadline";
                             case Limit::stall:
                               return "Stall";
                           }
                           std::unreachable();
                         });

class ClientStopTest : public ClientTest {};

TEST_F(ClientStopTest, WhatIsStoppedBeforeSendsNothing) {
  Server server(serve_hello);
  std::stop_source stop;
  stop.request_stop();
  BytesSource body(as_bytes("x"));
  const Request request{.method = "POST", .url = server.url("/"), .body = &body};
  Failure failure = failure_of(request, {.stop = stop.get_token()});
  EXPECT_EQ(failure.kind, FailureKind::aborted);
  EXPECT_FALSE(failure.outcome.source_touched);
  failure = failure_of(request, {.deadline = SystemClock().steady() - 1ms});
  EXPECT_EQ(failure.kind, FailureKind::timed_out);
  EXPECT_EQ(server.accepted(), 0);
}

TEST_F(ClientStopTest, AStreamThatNeverPausesIsStoppedFromItsReceiver) {
  Server server([](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(1_MiB, 'x');
    while (connection.send(block)) {
    }
  });
  std::stop_source stop;
  int pieces = 0;
  receiver_.on_body = [&] {
    if (++pieces == 3) stop.request_stop();
  };
  EXPECT_EQ(failure_of({.url = server.url("/")}, {.stop = stop.get_token()}).kind,
            FailureKind::aborted);
  EXPECT_EQ(pieces, 3);
}

TEST_F(ClientStopTest, ACallAfterAStoppedOneIsAsGoodAsTheFirst) {
  Server server([&](Connection& connection) {
    if (connection.index() > 0) return serve_hello(connection);
    connection.read_request();
    connection.stall();
  });
  std::stop_source stop;
  int looks = 0;
  clock_.on_look = [&] {
    if (++looks == 4) stop.request_stop();
  };
  const auto far = SystemClock().steady() + 1h;
  EXPECT_EQ(failure_of({.url = server.url("/")}, {.deadline = far, .stop = stop.get_token()}).kind,
            FailureKind::aborted);
  clock_.on_look = {};
  EXPECT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(receiver_.text, "hello");
}

TEST_F(ClientStopTest, SteadyBytesAreNoStall) {
  // The clock moves 40 ms at each look, so that the whole takes far longer than the limit.
  class Leaping final : public Clock {
   public:
    WallTime now() const override { return {}; }
    SteadyTime steady() const override { return SteadyTime(40ms * ++looks_); }

   private:
    mutable int looks_ = 0;
  } leaping;
  Client client(direct(), leaping);
  constexpr int steps = 100;
  std::counting_semaphore<> turn(0);
  Server server([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
    for (int step = 0; step < steps; ++step) {
      connection.send("x");
      turn.acquire();
    }
  });
  receiver_.on_body = [&] { turn.release(); };
  const auto transfer = client.perform({.url = server.url("/")}, receiver_, {.stall_timeout = 1s});
  turn.release(steps);
  EXPECT_TRUE(transfer) << transfer.error().text;
}

TEST_F(ClientStopTest, ConnectingHasALimitOfItsOwn) {
  const FullBacklog nobody;
  const Failure failure = failure_of({.url = nobody.url("/")}, {.connect_timeout = 30ms});
  EXPECT_EQ(failure.kind, FailureKind::timed_out);
  EXPECT_EQ(failure.code, 28);
}

}  // namespace
}  // namespace argot::fetch
