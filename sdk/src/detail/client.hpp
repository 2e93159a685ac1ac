// What an ArgotOpenAiCore is a handle on: settings that do not change, and what tests replace.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "argot_open_ai/lib/options.hpp"
#include "argot_open_ai/types/result.hpp"
#include "fetch/loop.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

using SteadyTime = std::chrono::steady_clock::time_point;

/// Time and chance, so that tests of waits take none.
struct Surroundings {
  std::function<SteadyTime()> now;
  std::function<std::chrono::system_clock::time_point()> wallNow;
  /// Waits until `time`; false where `signal` came first.
  std::function<bool(SteadyTime time, const std::stop_token& signal)> waitUntil;
  /// In [0, 1).
  std::function<double()> chance;

  static Surroundings real();
};

class Client {
 public:
  /// Errors: InvalidRequestError, or UnexpectedClientError where a sdkInit hook throws.
  static Result<std::shared_ptr<const Client>> make(
      SDKOptions options, Surroundings surroundings = Surroundings::real());

  const SDKOptions& options() const noexcept { return options_; }
  const std::string& baseURL() const noexcept { return baseURL_; }
  const HTTPClient& http() const noexcept { return *options_.httpClient; }
  const Surroundings& surroundings() const noexcept { return surroundings_; }
  /// Null where nobody listens.
  Logger* logger() const noexcept { return options_.debugLogger.get(); }
  std::mutex& loggerLock() const noexcept { return loggerLock_; }
  /// Runs a call in the background, on a thread that begins with the first one. Error:
  /// UnexpectedClientError, where the system has no thread or no memory for it.
  Result<void> spawn(std::function<void()> call) const;

 private:
  Client(SDKOptions options, std::string baseURL, Surroundings surroundings);

  SDKOptions options_;
  std::string baseURL_;
  Surroundings surroundings_;
  mutable std::mutex loggerLock_;
  mutable std::mutex loopLock_;
  mutable std::unique_ptr<fetch::Loop> loop_;  // ends first
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
