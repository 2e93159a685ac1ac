// One call: a hop, and further hops while the server redirects. It can be left where its receiver
// has enough, and gone on with later.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "fetch/client.h"
#include "fetch/handle.h"
#include "fetch/hop.h"
#include "fetch/loop.h"
#include "fetch/message.h"

namespace argot::fetch {

class Exchange {
 public:
  enum class State { paused, delivered };

  // Borrows everything but the request and the limits.
  Exchange(HandlePool& handles, const ClientOptions& options, const Clock& clock, Request request,
           CallLimits limits, Receiver& receiver);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  // Closes the connection of a response that has not been delivered.
  ~Exchange();

  // From the first request to the end of the response that is no redirect, with a pause wherever
  // the receiver has enough. Not again after a failure.
  std::expected<State, Failure> run();

  // Of the response whose head the receiver was shown.
  ResponseHead& head() { return hop_->head(); }
  const ResponseHead& head() const { return hop_->head(); }

  const Outcome& outcome() const { return call_.outcome; }

 private:
  std::optional<Failure> begin();
  std::optional<Failure> prepare_next(Hop::End end);

  HandlePool& handles_;
  const CallLimits limits_;
  Request request_;  // the caller's, then where redirects lead
  Call call_;
  LoopTask* task_ = nullptr;  // where this holds a place among the transfers of a loop
  std::unique_ptr<Handle> handle_;
  Hop::Ways ways_;
  int redirects_ = 0;
  bool has_failed_ = false;
  std::optional<Hop> hop_;  // released before its handle is given back
};

}  // namespace argot::fetch
