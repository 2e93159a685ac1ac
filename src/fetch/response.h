// A response whose body the caller pulls. Client::open() makes it, and outlives it.
#pragma once

#include <cstddef>
#include <expected>
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
  Response(HandlePool& handles, const ClientOptions& options, const Clock& clock, Request request,
           CallLimits limits);

  // Sends the request and waits for the head; once, and before anything else.
  std::optional<Failure> open();

  const ResponseHead& head() const { return head_; }
  ResponseHead& head() { return head_; }

  // Fills the front of `room`, which is not empty; 0 is the end. A failure comes after all bytes
  // that came before it, and then again.
  std::expected<std::size_t, Failure> read(MutableBytes room);

  const Outcome& outcome() const { return exchange_.outcome(); }

 private:
  bool head(const ResponseHead& head) override;
  bool body(Bytes piece) override;
  bool has_enough() const override;
  bool is_full() const override;
  void run();

  const std::size_t buffer_bytes_;
  ResponseHead head_;
  bool is_head_there_ = false;
  bool is_delivered_ = false;
  std::optional<Failure> failure_;
  MutableBytes room_;  // of the read() in progress
  std::size_t filled_ = 0;
  std::vector<std::byte> held_;
  std::size_t taken_ = 0;  // of held_
  Exchange exchange_;      // ends first: it calls the above
};

}  // namespace argot::fetch
