#include "fetch/loop_handle.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <expected>
#include <future>
#include <latch>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "fetch/client_fixture.h"
#include "fetch/loop_fixture.h"
#include "fetch/response.h"

namespace argot::fetch {
namespace {

class ClientOnLoop : public ClientTest {};

TEST_F(ClientOnLoop, CallsRunSideBySideOnOneThread) {
  constexpr std::ptrdiff_t count = 40;
  std::latch all_there(count);
  Server server([&](Connection& connection) {
    connection.read_request();
    all_there.arrive_and_wait();
    connection.send(ok_hello);
  });
  OpenLoop loop(count);
  std::vector<std::future<std::string>> texts;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    texts.push_back(spawned(loop, [&] {
      RecordingReceiver receiver;
      const auto transfer = client_.perform({.url = server.url("/")}, receiver);
      return transfer ? receiver.text : transfer.error().text;
    }));
  }
  for (auto& text : texts) EXPECT_EQ(text.get(), "hello");
}

TEST_F(ClientOnLoop, ConnectionsAreKeptAcrossTasks) {
  Server server([](Connection& connection) { serve_hello(connection); });
  OpenLoop loop(4);
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(spawned(loop, [&] {
                  RecordingReceiver receiver;
                  return client_.perform({.url = server.url("/")}, receiver).has_value();
                }).get());
  }
  EXPECT_EQ(server.accepted(), 1);
  // Those of the two ways are kept apart.
  EXPECT_TRUE(perform({.url = server.url("/")}));
  EXPECT_EQ(server.accepted(), 2);
}

// The body of one call is pulled from another while curl asks for it.
TEST_F(ClientOnLoop, ADownloadCanFeedAnUpload) {
  const std::string content(3'000'000, 'x');
  Server origin([&](Connection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content.size()) +
                    "\r\n\r\n" + content);
  });
  std::string arrived;
  Server target([&](Connection& connection) {
    arrived = connection.read_request();
    connection.send(ok_hello);
  });
  class Piped final : public BodySource {
   public:
    explicit Piped(Response& response) : response_(response) {}
    std::optional<std::uint64_t> size() const override { return std::nullopt; }
    std::expected<std::size_t, std::string> read(MutableBytes room) override {
      auto count = response_.read(room);
      if (!count) return std::unexpected(count.error().text);
      return *count;
    }
    bool rewind() override { return false; }

   private:
    Response& response_;
  };
  OpenLoop loop(1);
  const std::string outcome =
      spawned(loop, [&]() -> std::string {
        const auto response = client_.open({.url = origin.url("/")});
        if (!response) return response.error().text;
        Piped body(**response);
        RecordingReceiver receiver;
        const auto transfer =
            client_.perform({.method = "POST", .url = target.url("/"), .body = &body}, receiver);
        return transfer ? receiver.text : transfer.error().text;
      }).get();
  EXPECT_EQ(outcome, "hello");
  EXPECT_EQ(std::ranges::count(arrived, 'x'), static_cast<std::ptrdiff_t>(content.size()));
}

TEST_F(ClientOnLoop, ACallBeyondTheMostCanBeStopped) {
  std::promise<void> there;
  Server server([&](Connection& connection) {
    connection.read_request();
    there.set_value();
    connection.stall();
  });
  OpenLoop loop(1);
  std::stop_source first;
  std::stop_source second;
  const auto failure_of_call = [&](std::stop_token stop) {
    return spawned(loop, [&, stop] {
      RecordingReceiver receiver;
      const auto transfer = client_.perform({.url = server.url("/")}, receiver, {.stop = stop});
      return transfer ? FailureKind::unexpected : transfer.error().kind;
    });
  };
  auto running = failure_of_call(first.get_token());
  there.get_future().get();
  auto waiting = failure_of_call(second.get_token());
  second.request_stop();
  EXPECT_EQ(waiting.get(), FailureKind::aborted);
  EXPECT_EQ(server.accepted(), 1) << "it did not get its turn";
  first.request_stop();
  EXPECT_EQ(running.get(), FailureKind::aborted);
}

}  // namespace
}  // namespace argot::fetch
