// Whether a call is tried again and when, for the RetryConfig in force.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "argot_open_ai/lib/options.hpp"
#include "detail/client.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

class RetryPlan {
 public:
  RetryPlan(const SDKOptions& client, const RequestOptions& call);

  /// Whether there is one attempt, whatever comes.
  bool isNone() const noexcept { return config_.strategy == RetryConfig::Strategy::none; }
  /// Whether a reply of that status, with those headers, may be tried again.
  bool retries(int status, const Headers& headers) const;
  /// Whether a connection that failed or stalled may be.
  bool retriesConnections() const;
  /// How long the server asks to wait.
  std::optional<std::chrono::milliseconds> askedWait(
      const Headers& headers, std::chrono::system_clock::time_point now) const;

  struct Moment {
    int attempts = 1;  // so far
    std::chrono::milliseconds elapsed{0};
    std::optional<std::chrono::milliseconds> untilDeadline{};
    std::optional<std::chrono::milliseconds> asked{};
    double chance = 0;
  };
  /// Nothing where there is no further attempt.
  std::optional<std::chrono::milliseconds> nextWait(const Moment& moment) const;

 private:
  RetryConfig config_;
  BackoffStrategy backoff_;
  std::vector<std::string> codes_;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
