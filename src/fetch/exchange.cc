#include "fetch/exchange.h"

#include <string>
#include <utility>

#include "fetch/redirect.h"
#include "fetch/request_check.h"

namespace argot::fetch {

Exchange::Exchange(HandlePool& handles, const ClientOptions& options, const Clock& clock,
                   Request request, CallLimits limits, Receiver& receiver)
    : handles_(handles),
      limits_(std::move(limits)),
      request_(std::move(request)),
      call_{.options = options, .clock = clock, .limits = limits_, .receiver = receiver},
      ways_{.expect = options.expect_100 ? Expect::large_bodies : Expect::never} {}

Exchange::~Exchange() {
  hop_.reset();
  if (handle_ && has_failed_) {
    // Curl keeps some of what made it fail, such as a proxy that it cannot use.
    handle_->end();
  } else if (handle_) {
    handles_.give(std::move(handle_));
  }
  if (task_ != nullptr) task_->leave_transfer();
}

std::expected<Exchange::State, Failure> Exchange::run() {
  const auto failed = [this](Failure failure) {
    has_failed_ = true;
    failure.outcome = call_.outcome;
    return std::unexpected(std::move(failure));
  };
  if (!handle_) {
    if (auto failure = begin()) return failed(*std::move(failure));
  }
  for (;;) {
    if (!hop_) hop_.emplace(*handle_, call_, request_, ways_);
    const Hop::End end = hop_->run();
    if (end == Hop::End::paused) return State::paused;
    if (end == Hop::End::delivered) return State::delivered;
    if (auto failure = prepare_next(end)) return failed(*std::move(failure));
  }
}

std::optional<Failure> Exchange::begin() {
  if (auto refusal = refusal_of(request_)) {
    return Failure{.kind = FailureKind::invalid_request, .text = *std::move(refusal)};
  }
  if (auto end = end_of(call_)) return end;
  if (LoopTask* const task = LoopTask::current()) {
    if (!task->enter_transfer(limits_.deadline, limits_.stop)) {
      return end_of(call_).value_or(
          Failure{.kind = FailureKind::timed_out, .text = "the deadline has passed"});
    }
    task_ = task;
  }
  handle_ = handles_.take();
  if (handle_) return std::nullopt;
  return Failure{.kind = FailureKind::unexpected, .text = "curl could not be set up"};
}

// What the next hop is, after one that ended early.
std::optional<Failure> Exchange::prepare_next(Hop::End end) {
  ways_.connection = Hop::Connection::any;
  if (end == Hop::End::failed) {
    // A redirect's URL is not the caller's.
    if (redirects_ > 0 && hop_->failure().kind == FailureKind::invalid_request) {
      hop_->failure().kind = FailureKind::connection;
    }
    return std::move(hop_->failure());
  }
  if (end == Hop::End::expectation_refused) ways_.expect = Expect::never;
  if (end == Hop::End::connection_dead) ways_.connection = Hop::Connection::fresh;
  if (end == Hop::End::redirected) {
    if (++redirects_ > redirects_max) {
      return Failure{.kind = FailureKind::connection, .text = "the server redirects too often"};
    }
    const std::string location = *find_header(hop_->head().headers, "location");
    auto redirection = redirected(request_, hop_->head().status, location);
    if (!redirection) {
      return Failure{.kind = FailureKind::connection,
                     .text = "the server redirects to what is no http or https URL"};
    }
    hop_.reset();  // it borrows the request
    request_ = *std::move(redirection);
  }
  hop_.reset();
  if (request_.body == nullptr) {
    call_.outcome.bytes.sent = 0;
  } else if (call_.outcome.source_touched) {
    return rewind(*request_.body, call_);
  }
  return std::nullopt;
}

}  // namespace argot::fetch
