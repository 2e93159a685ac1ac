#include "detail/client.hpp"

#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "fetch/backoff.h"
#include "fetch/wait.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::array<std::string_view, 1> servers{"https://api.openai.com/v1"};

/// Unset where the variable is empty, too.
OptionalText environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr || *value == '\0' ? OptionalText() : OptionalText(value);
}

bool isOn(const OptionalText& flag) {
  if (!flag) return false;
  for (const std::string_view off : {"0", "false", "off", "no"}) {
    if (*flag == off) return false;
  }
  return true;
}

/// "http://host" or "https://host" with anything behind it that may stand in a URL.
bool isServerURL(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    if (rest.empty() || rest.front() == '/' || rest.front() == ':' || rest.front() == '?')
      return false;
    for (const char c : rest) {
      if (c <= ' ' || c == '\x7f' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '#')
        return false;
    }
    return rest.substr(0, rest.find('/')).find('@') == std::string_view::npos;
  }
  return false;
}

Result<std::string> chosenServer(const SDKOptions& options) {
  std::string url = options.serverURL.value_or("");
  if (url.empty() && !options.serverIdx) {
    url = environment("ARGOTOPENAI_SERVER_URL").value_or("");
  }
  if (url.empty()) {
    const std::size_t index = options.serverIdx.value_or(0);
    if (index >= servers.size()) {
      return ErrorMaker::invalidRequest("Invalid server index " + std::to_string(index));
    }
    return std::string(servers[index]);
  }
  if (!isServerURL(url)) {
    return ErrorMaker::invalidRequest(
        "Invalid URL: expected http:// or https:// and a host, without user and password");
  }
  return url;
}

}  // namespace

Surroundings Surroundings::real() {
  return {.now = [] { return std::chrono::steady_clock::now(); },
          .wallNow = [] { return std::chrono::system_clock::now(); },
          .waitUntil =
              [](SteadyTime time, const std::stop_token& signal) {
                return fetch::wait_until(time, signal) == fetch::Waited::reached;
              },
          .chance =
              [] {
                SystemRandom random;
                return fetch::chance_of(random);
              }};
}

Result<std::shared_ptr<const Client>> Client::make(SDKOptions options, Surroundings surroundings) {
  Result<std::string> chosen = chosenServer(options);
  if (!chosen.ok()) return chosen.error();
  if (!options.apiKeyAuth.text() && !options.apiKeyAuth.provider()) {
    if (OptionalText key = environment("ARGOTOPENAI_API_KEY_AUTH")) {
      options.apiKeyAuth = ApiKey(*std::move(key));
    }
  }
  if (!options.debugLogger && isOn(environment("ARGOTOPENAI_DEBUG"))) {
    options.debugLogger = consoleLogger();
  }
  if (!options.httpClient) {
    options.httpClient = std::make_shared<HTTPClient>(makeTransport(options.transport));
  }
  SDKInit init{.baseURL = *std::move(chosen)};
  if (options.hooks) {
    try {
      for (const SDKHooks::SdkInit& hook : options.hooks->sdkInit) hook(init);
    } catch (...) {
      return caught("SDK init hook failed to execute");
    }
    if (!isServerURL(init.baseURL)) {
      return ErrorMaker::invalidRequest("Invalid URL: what the sdkInit hook gave is none");
    }
  }
  while (init.baseURL.ends_with('/')) init.baseURL.pop_back();
  return std::shared_ptr<const Client>(
      new Client(std::move(options), std::move(init.baseURL), std::move(surroundings)));
}

Client::Client(SDKOptions options, std::string baseURL, Surroundings surroundings)
    : options_(std::move(options)),
      baseURL_(std::move(baseURL)),
      surroundings_(std::move(surroundings)) {}

Result<void> Client::spawn(std::function<void()> call) const {
  const std::scoped_lock lock(loopLock_);
  if (!loop_) {
    auto loop = fetch::Loop::open(options_.transport.maxBackgroundTransfers);
    if (!loop)
      return ErrorMaker::unexpected(unexpectedMessage, {.text = std::move(loop).error().text});
    loop_ = *std::move(loop);
  }
  if (!loop_->spawn(std::move(call))) {
    return ErrorMaker::unexpected(unexpectedMessage, {.text = "no memory for the stack of a call"});
  }
  return {};
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
