// A response whose body the caller pulls. Client::open() makes it, and outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "fetch/exchange.h"
#include "fetch/message.h"

namespace argot::fetch {

// One thread at a time. What it does not take at once it holds: what curl hands over in one go, a
// receive buffer as a rule.
class Response final : private Receiver {
 public:
  // Takes a piece of the body, which is gone when it returns, and says whether it wants more. It is
  // called out of the transfer, and may do what it likes but touch the response.
  using Taker = std::function<bool(Bytes piece)>;

  Response(HandlePool& handles, const ClientOptions& options, const Clock& clock, Request request,
           CallLimits limits);

  // Sends the request and waits for the head; once, and before anything else.
  std::optional<Failure> open();

  const ResponseHead& head() const { return exchange_.head(); }
  ResponseHead& head() { return exchange_.head(); }

  // Fills the front of `room`, which is not empty; 0 is the end. A failure comes after all bytes
  // that came before it, and then again.
  std::expected<std::size_t, Failure> read(MutableBytes room);

  // Hands on all that is left, without copying it, and returns at the end. A taker that refuses or
  // throws is a failure of kind `receiver`, and no read() follows.
  std::expected<void, Failure> drain(const Taker& taker);

  const Outcome& outcome() const { return exchange_.outcome(); }

 private:
  bool head(const ResponseHead& head) override;
  bool body(Bytes piece) override;
  bool has_enough() const override;
  bool is_full() const override;
  void run();
  void drain_held(const Taker& taker);

  const std::size_t buffer_bytes_;
  bool is_head_there_ = false;
  bool is_delivered_ = false;
  std::optional<std::uint64_t> announced_;  // of the body, where the head says
  std::uint64_t received_ = 0;
  std::optional<Failure> failure_;
  const Taker* taker_ = nullptr;  // of the drain() in progress
  MutableBytes room_;             // of the read() in progress
  std::size_t filled_ = 0;
  std::vector<std::byte> held_;
  std::size_t taken_ = 0;  // of held_
  Exchange exchange_;      // ends first: it calls the above
};

}  // namespace argot::fetch
