// A small service for the tests of net/: echoes, refuses early, sends a file, waits to be let go.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <utility>

#include "base/unique_fd.h"
#include "http/service.h"

namespace argot::net {

inline http::Response text_reply(int status, std::string text) {
  http::Response reply;
  reply.status = status;
  reply.body = std::move(text);
  return reply;
}

inline http::Response content_reply(std::unique_ptr<http::FileContent> content) {
  http::Response reply;
  reply.headers = {{"x-request-id", "req_toy"}};
  reply.body = std::move(content);
  return reply;
}

// What the tests look at and act on from outside.
struct ToyState {
  std::atomic<int> begun = 0;
  std::atomic<int> finished = 0;
  std::atomic<int> destroyed = 0;
  std::atomic<std::uint64_t> body_bytes = 0;
  std::latch held{1};        // an exchange at /hold has begun to finish, at /slow to be written to
  std::latch let_go{1};      // it may go on
  std::latch broken_off{1};  // an exchange was destroyed without finish()
  std::function<void()> on_write;  // what an exchange does when it is written to, if anything
  // What is done before the block there is in memory, if anything.
  std::function<void(std::uint64_t position)> on_prepare;
};

class ToyExchange final : public http::Exchange {
 public:
  ToyExchange(ToyState& state, std::string path) : state_(state), path_(std::move(path)) {}
  ToyExchange(const ToyExchange&) = delete;
  ToyExchange& operator=(const ToyExchange&) = delete;
  ~ToyExchange() override {
    ++state_.destroyed;
    if (!finished_) state_.broken_off.count_down();
  }

  http::Flow write(Bytes chunk) override {
    if (path_ == "/slow") {
      if (!state_.held.try_wait()) state_.held.count_down();
      state_.let_go.wait();
    }
    if (state_.on_write) state_.on_write();
    body_ += as_text(chunk);
    state_.body_bytes += chunk.size();
    return path_ == "/stop" ? http::Flow::stop : http::Flow::more;
  }

  http::Response finish() override {
    finished_ = true;
    ++state_.finished;
    if (path_ == "/hold") {
      state_.held.count_down();
      state_.let_go.wait();
    }
    if (path_ == "/stop") return text_reply(400, "stopped");
    return text_reply(200, path_ == "/count" ? std::to_string(body_.size()) : body_);
  }

 private:
  ToyState& state_;
  std::string path_;
  std::string body_;
  bool finished_ = false;
};

// `blocks` blocks of 64 KiB, of which `bad_block` is damaged, between bytes that are not to be
// sent: the last block goes on behind them.
class ToyFile final : public http::FileContent {
 public:
  static constexpr std::uint64_t block = 65'536;
  static constexpr std::uint64_t around = 1'000;

  // fleeting: once somebody was told that something is ready, it has to be prepared again.
  // shortened: it was prepared, and by now has nothing from bad_block on.
  enum class Kind { fresh, prepared, fleeting, shortened };

  ToyFile(std::uint64_t blocks, std::uint64_t bad_block, Kind kind = Kind::fresh)
      : file_(::memfd_create("toy", MFD_CLOEXEC)),
        blocks_(blocks),
        bad_block_(bad_block),
        kind_(kind),
        prepared_(kind == Kind::fresh ? 0 : blocks * block + around) {
    std::string text(around, '<');
    for (std::uint64_t at = 0; at < blocks; ++at) {
      text.append(block, static_cast<char>('a' + at % 26));
    }
    text.append(around, '>');
    if (kind == Kind::shortened) text.resize(around + bad_block * block);
    [[maybe_unused]] const ssize_t written = ::write(file_.get(), text.data(), text.size());
  }

  http::FileRegion region_at(std::uint64_t position) const override {
    return {.descriptor = file_.get(), .offset = around + position};
  }
  std::uint64_t size() const override { return blocks_ * block; }
  std::uint64_t ready_from(std::uint64_t position) override {
    const std::uint64_t ready = position < prepared_ ? prepared_ - position : 0;
    if (kind_ == Kind::fleeting) prepared_ = 0;
    return ready;
  }
  Result<> prepare(std::uint64_t position) override {
    if (position / block == bad_block_) return fail(ErrorCode::content_corrupt);
    prepared_ = (position / block + 1) * block;
    if (prepared_ == size()) prepared_ += around;
    return {};
  }

 private:
  UniqueFd file_;
  std::uint64_t blocks_;
  std::uint64_t bad_block_;
  Kind kind_;
  std::uint64_t prepared_;
};

// `blocks` blocks from memory, where one stands at a time. `bad_block` is damaged.
class ToyMemory final : public http::FileContent {
 public:
  ToyMemory(ToyState& state, std::uint64_t blocks, std::uint64_t bad_block, std::uint64_t block)
      : state_(state), blocks_(blocks), bad_block_(bad_block), block_(block) {}

  http::FileRegion region_at(std::uint64_t /*position*/) const override { return {}; }
  std::uint64_t size() const override { return blocks_ * block_; }
  std::uint64_t ready_from(std::uint64_t position) override { return bytes_at(position).size(); }
  Result<> prepare(std::uint64_t position) override {
    if (state_.on_prepare) state_.on_prepare(position);
    first_ = position / block_;
    if (first_ == bad_block_) return fail(ErrorCode::content_corrupt);
    text_.assign(block_, static_cast<char>('a' + first_ % 26));
    return {};
  }
  Bytes bytes_at(std::uint64_t position) const override {
    if (position / block_ != first_ || text_.empty()) return {};
    return as_bytes(text_).subspan(position % block_);
  }

 private:
  ToyState& state_;
  std::uint64_t blocks_;
  std::uint64_t bad_block_;
  std::uint64_t block_;
  std::uint64_t first_ = 0;
  std::string text_;
};

class ToyService final : public http::Service {
 public:
  // More than the system keeps for a client that does not read.
  static constexpr std::uint64_t large_block = 32 << 20;
  // More than one turn.
  static constexpr std::uint64_t long_blocks = 256;

  bool begin_waits(const http::Request& request) const override {
    return request.path.starts_with("/wait");
  }

  http::Begun begin(const http::Request& request) override {
    ++state.begun;
    const std::string path(request.path);
    if (path.starts_with("/wait")) {
      state.held.count_down();
      state.let_go.wait();
      if (path == "/wait") return text_reply(200, "waited for " + std::string(request.target));
      if (path == "/wait-and-tell-when") {
        return text_reply(200, std::to_string(unix_seconds(request.received_at)));
      }
    }
    if (path == "/now") return text_reply(200, "now");
    if (path == "/denied") return text_reply(401, "denied");
    if (path == "/large") return text_reply(200, std::string(1'000'000, 'x'));
    using Kind = ToyFile::Kind;
    if (path == "/file") return content_reply(std::make_unique<ToyFile>(64, 64));
    if (path == "/damaged") return content_reply(std::make_unique<ToyFile>(64, 3));
    if (path == "/prepared-file") {
      return content_reply(std::make_unique<ToyFile>(16, 16, Kind::prepared));
    }
    if (path == "/fleeting-file") {
      return content_reply(std::make_unique<ToyFile>(16, 16, Kind::fleeting));
    }
    if (path == "/shortened-file") {
      return content_reply(std::make_unique<ToyFile>(16, 4, Kind::shortened));
    }
    if (path == "/memory") return memory_reply(64, 64, ToyFile::block);
    if (path == "/damaged-memory") return memory_reply(64, 3, ToyFile::block);
    if (path == "/large-memory") return memory_reply(2, 2, large_block);
    if (path == "/long-memory") return memory_reply(long_blocks, long_blocks, ToyFile::block);
    return std::make_unique<ToyExchange>(state, path);
  }

  http::Response refuse(const http::Request*, const Error& error) override {
    const int status = error.code == ErrorCode::request_timeout ? 408
                       : error.code == ErrorCode::overloaded    ? 503
                                                                : 400;
    return text_reply(status, std::string(name(error.code)));
  }

  http::Response memory_reply(std::uint64_t blocks, std::uint64_t bad_block, std::uint64_t block) {
    return content_reply(std::make_unique<ToyMemory>(state, blocks, bad_block, block));
  }

  ToyState state;
};

}  // namespace argot::net
