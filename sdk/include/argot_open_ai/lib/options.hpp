// The settings of a client and of one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "argot_open_ai/lib/chrono.hpp"
#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/lib/hooks.hpp"
#include "argot_open_ai/lib/http.hpp"
#include "argot_open_ai/lib/logger.hpp"
#include "argot_open_ai/lib/retries.hpp"

namespace argot::openai {
inline namespace v0 {

/// A text that may be unset. Made of a null pointer, as std::getenv returns it, it is unset.
class ARGOT_OPEN_AI_API OptionalText : public std::optional<std::string> {
 public:
  OptionalText() = default;
  OptionalText(std::nullopt_t) {}  // NOLINT(google-explicit-constructor)
  OptionalText(const char* text);  // NOLINT(google-explicit-constructor)
  OptionalText(std::string text);  // NOLINT(google-explicit-constructor)
};

/// The key, or a function that gives it, called once a call. Unset: ARGOTOPENAI_API_KEY_AUTH of the
/// environment. Empty: no key is sent. A value that begins with "Bearer " is sent as it is.
class ARGOT_OPEN_AI_API ApiKey {
 public:
  ApiKey() = default;
  ApiKey(const char* key);                        // NOLINT(google-explicit-constructor)
  ApiKey(std::string key);                        // NOLINT(google-explicit-constructor)
  ApiKey(std::function<std::string()> provider);  // NOLINT(google-explicit-constructor)
  template <class Provider>
    requires std::is_invocable_r_v<std::string, Provider&>
  ApiKey(Provider provider)  // NOLINT(google-explicit-constructor)
      : ApiKey(std::function<std::string()>(std::move(provider))) {}

  const OptionalText& text() const noexcept { return text_; }
  const std::function<std::string()>& provider() const noexcept { return provider_; }

 private:
  OptionalText text_{};
  std::function<std::string()> provider_{};
};

struct SDKOptions {
  ApiKey apiKeyAuth{};
  /// Unset: one with the built-in transport.
  std::shared_ptr<HTTPClient> httpClient{};
  /// Unset: ARGOTOPENAI_SERVER_URL of the environment, then the server of serverIdx.
  OptionalText serverURL{};
  /// Which of the known servers: 0, https://api.openai.com/v1, is the only one. Where it is set,
  /// the environment does not count.
  std::optional<std::size_t> serverIdx{};
  std::optional<RetryConfig> retryConfig{};
  /// For all attempts and waits of a call together; 0: none.
  std::chrono::milliseconds timeout{0};
  std::shared_ptr<Logger> debugLogger{};
  /// The debug log then shows keys, cookies and all other headers as they are sent and received.
  /// There is no variable of the environment for it.
  bool debugShowSecrets = false;
  std::shared_ptr<const SDKHooks> hooks{};
  /// For the built-in transport; without effect where httpClient is set.
  TransportOptions transport{};
};

/// What fetch calls RequestInit, as far as it means something outside a browser:
/// docs/sdk/options.md has a table of all its members. There is no method and no body: the
/// operation decides on those.
struct FetchOptions {
  /// Over the operation's own, Authorization included; User-Agent and the body's fields excepted.
  Headers headers{};
  /// Ends the call as RequestAbortedError within milliseconds, during waits as well.
  std::stop_token signal{};
  Redirect redirect = Redirect::follow;
  /// False: the connection is closed after the call.
  bool keepalive = true;
  /// The Referer header.
  OptionalText referrer{};
};

/// Bytes of one call's body. `done` never falls, not even across attempts.
struct Progress {
  std::uint64_t done = 0;
  /// Where it is known.
  std::optional<std::uint64_t> total{};
};

/// What came back besides the value.
struct ResponseInfo {
  int status = 0;
  Headers headers{};
  std::string requestId{};
  int attempts = 0;
};

struct RequestOptions {
  /// For all attempts and waits together; 0: that of the client.
  std::chrono::milliseconds timeout{0};
  /// Replaces the client's as a whole.
  std::optional<RetryConfig> retries{};
  /// "429", "5XX": the statuses to try again after. Unset: 429, 500, 502, 503, 504.
  std::optional<std::vector<std::string>> retryCodes{};
  FetchOptions fetchOptions{};
  /// Called from the thread of the call at most every 100 ms and for each percent, and at the end.
  /// What it throws ends the call as RequestAbortedError.
  std::function<void(const Progress&)> onProgress{};
  /// Filled where a reply came, also of a call that failed. Borrowed for the call.
  ResponseInfo* response = nullptr;
};

}  // namespace v0
}  // namespace argot::openai
