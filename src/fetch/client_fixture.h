// What the tests of the client share: a receiver that remembers, sources with flaws, a clock that
// tells when it is looked at.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "fetch/client.h"
#include "fetch/message.h"
#include "tests/support/scripted_server.h"

namespace argot::fetch {

// Remembers everything, and refuses where it is told to.
class RecordingReceiver final : public Receiver {
 public:
  bool head(const ResponseHead& head) override {
    heads.push_back(head);
    if (on_head) on_head();
    return takes_head;
  }
  bool body(Bytes piece) override {
    text.append(as_text(piece));
    if (on_body) on_body();
    return takes_body;
  }

  std::vector<ResponseHead> heads;
  std::string text;
  bool takes_head = true;
  bool takes_body = true;
  std::function<void()> on_head;
  std::function<void()> on_body;
};

// Gives its pieces one by one, and claims whatever size it is told to.
class PiecesSource final : public BodySource {
 public:
  explicit PiecesSource(std::vector<std::string> pieces,
                        std::optional<std::uint64_t> claimed = std::nullopt)
      : pieces_(std::move(pieces)), claimed_(claimed) {}

  std::optional<std::uint64_t> size() const override { return claimed_; }

  std::expected<std::size_t, std::string> read(MutableBytes room) override {
    if (next_ == fails_at) return std::unexpected("the disk is gone");
    if (next_ == throws_at) throw std::runtime_error("out of paper");
    if (next_ == pieces_.size()) return 0;
    const std::string_view piece = std::string_view(pieces_[next_]).substr(taken_);
    const std::size_t count = std::min(piece.size(), room.size());
    std::ranges::copy(as_bytes(piece.substr(0, count)), room.begin());
    taken_ += count;
    if (taken_ == pieces_[next_].size()) {
      ++next_;
      taken_ = 0;
    }
    return count;
  }

  bool rewind() override {
    if (!rewinds) return false;
    ++rewound;
    next_ = taken_ = 0;
    return true;
  }

  std::size_t fails_at = ~std::size_t{0};
  std::size_t throws_at = ~std::size_t{0};
  bool rewinds = true;
  int rewound = 0;

 private:
  std::vector<std::string> pieces_;
  std::optional<std::uint64_t> claimed_;
  std::size_t next_ = 0;
  std::size_t taken_ = 0;
};

// Zeros without end or memory, up to a size.
class ZerosSource final : public BodySource {
 public:
  explicit ZerosSource(std::uint64_t bytes) : bytes_(bytes) {}

  std::optional<std::uint64_t> size() const override { return bytes_; }
  std::expected<std::size_t, std::string> read(MutableBytes room) override {
    const auto count = std::min<std::uint64_t>(room.size(), bytes_ - given_);
    std::ranges::fill(room.first(count), std::byte{0});
    given_ += count;
    return count;
  }
  bool rewind() override {
    given_ = 0;
    return true;
  }

 private:
  const std::uint64_t bytes_;
  std::uint64_t given_ = 0;
};

// The system's time; calls `on_look` each time it is asked.
class WatchedClock final : public Clock {
 public:
  WallTime now() const override { return system_.now(); }
  SteadyTime steady() const override {
    if (on_look) on_look();
    return system_.steady();
  }

  std::function<void()> on_look;

 private:
  SystemClock system_;
};

constexpr std::string_view ok_hello =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

// Whatever the environment says, these tests reach their server directly.
class ClientTest : public ::testing::Test {
 protected:
  using Server = argot::testing::ScriptedServer;
  using Connection = argot::testing::ScriptedConnection;

  static ClientOptions direct() { return {.proxy = ""}; }

  std::expected<Transfer, Failure> perform(const Request& request, const CallLimits& limits = {}) {
    return client_.perform(request, receiver_, limits);
  }

  // The failure of a call that has to fail.
  Failure failure_of(const Request& request, const CallLimits& limits = {}) {
    auto transfer = perform(request, limits);
    EXPECT_FALSE(transfer) << "status " << transfer->head.status;
    return transfer ? Failure{} : std::move(transfer).error();
  }

  // Answers every request with 200 and "hello", until the client closes.
  static void serve_hello(Connection& connection) {
    while (!connection.read_request().empty()) connection.send(ok_hello);
  }

  WatchedClock clock_;
  Client client_{direct(), clock_};
  RecordingReceiver receiver_;
};

}  // namespace argot::fetch
