#include "detail/retry_plan.hpp"

#include <algorithm>
#include <utility>

#include "fetch/backoff.h"
#include "fetch/retry_after.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::chrono::milliseconds maxRetryAfterDefault{120'000};

fetch::Headers converted(const Headers& headers) {
  fetch::Headers result;
  for (const Header& header : headers) result.push_back({header.name, header.value});
  return result;
}

std::vector<std::string> defaultCodes(RetryConfig::Strategy strategy) {
  if (strategy == RetryConfig::Strategy::official) return {"408", "409", "429", "5XX"};
  return {"429", "500", "502", "503", "504"};
}

}  // namespace

RetryPlan::RetryPlan(const SDKOptions& client, const RequestOptions& call)
    : config_(call.retries ? *call.retries : client.retryConfig.value_or(RetryConfig::none())),
      backoff_(config_.backoff.value_or(BackoffStrategy{})) {
  if (!isNone()) codes_ = call.retryCodes ? *call.retryCodes : defaultCodes(config_.strategy);
}

bool RetryPlan::retries(int status, const Headers& headers) const {
  if (isNone()) return false;
  if (config_.strategy == RetryConfig::Strategy::official) {
    if (const auto told = fetch::should_retry(converted(headers))) return *told;
  }
  return fetch::matches_status(status, codes_);
}

bool RetryPlan::retriesConnections() const { return !isNone() && config_.retryConnectionErrors; }

std::optional<std::chrono::milliseconds> RetryPlan::askedWait(
    const Headers& headers, std::chrono::system_clock::time_point now) const {
  const auto wall = std::chrono::floor<std::chrono::milliseconds>(now);
  if (config_.strategy == RetryConfig::Strategy::official) {
    return fetch::asked_wait(converted(headers), wall);
  }
  const std::string* const value = headers.find("retry-after");
  return value == nullptr ? std::nullopt : fetch::parse_retry_after(*value, wall);
}

std::optional<std::chrono::milliseconds> RetryPlan::nextWait(const Moment& moment) const {
  if (isNone()) return std::nullopt;
  if (config_.maxAttempts && moment.attempts >= static_cast<std::int64_t>(*config_.maxAttempts)) {
    return std::nullopt;
  }
  const int retries = moment.attempts - 1;
  fetch::WaitChoice choice{.asked = moment.asked, .remaining = moment.untilDeadline};
  if (config_.strategy == RetryConfig::Strategy::official) {
    choice.backoff = fetch::DoublingBackoff{}.wait(retries, moment.chance);
    choice.asked_max = config_.maxRetryAfter.value_or(maxRetryAfterDefault);
  } else {
    if (moment.elapsed > backoff_.maxElapsedTime) return std::nullopt;
    choice.backoff = fetch::PolynomialBackoff{.initial_interval = backoff_.initialInterval,
                                              .interval_max = backoff_.maxInterval,
                                              .exponent = backoff_.exponent,
                                              .elapsed_max = backoff_.maxElapsedTime}
                         .wait(retries, moment.chance);
    choice.asked_max =
        config_.maxRetryAfter.value_or(std::max(backoff_.maxInterval, maxRetryAfterDefault));
  }
  return fetch::choose_wait(choice);
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
