// For tests: the built-in transport, and at the other end of the loopback a server that breaks off,
// stalls and lies as it is told to.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "argot_open_ai/core.hpp"
#include "base/text.h"
#include "detail/client.hpp"
#include "detail/fake_surroundings.hpp"
#include "tests/support/scripted_server.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// libcurl's numbers of how a transfer failed.
inline constexpr int couldNotConnect = 7;
inline constexpr int partialFile = 18;
inline constexpr int receiveError = 56;

inline const RequestOptions retrying{.retries = RetryConfig::recommended()};

/// What the server sends for one request, and what it does then.
struct WireReply {
  enum class Then {
    keep,   ///< waits for the next request
    close,  ///< closes, as servers do that are done
    reset,  ///< lets the client's next read fail
    stall,  ///< sends and reads nothing any more
  };

  std::string bytes{};
  Then then = Then::keep;
};

using Then = WireReply::Then;

/// "HTTP/1.1 200 OK", its fields, Content-Length and the body.
inline std::string wired(std::string_view status, std::string_view fields, std::string_view body) {
  std::string text("HTTP/1.1 ");
  text.append(status).append("\r\n").append(fields);
  text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return text.append(body);
}

inline std::string wiredJson(std::string_view status, std::string_view body) {
  return wired(status, "Content-Type: application/json\r\n", body);
}

inline std::string wiredFile() { return wiredJson("200 OK", fileJson); }

/// The field of a request as it came over the wire; nothing where it has none.
inline std::optional<std::string> fieldOf(std::string_view request, std::string_view name) {
  while (!request.starts_with("\r\n") && !request.empty()) {
    const std::string_view line = request.substr(0, request.find("\r\n"));
    request.remove_prefix(std::min(request.size(), line.size() + 2));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name)) {
      continue;
    }
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return std::nullopt;
}

inline std::string_view requestLineOf(std::string_view request) {
  return request.substr(0, request.find("\r\n"));
}

inline std::string_view bodyOf(std::string_view request) {
  const std::size_t end = request.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : request.substr(end + 4);
}

/// Answers whole requests in the order of their arrival, and keeps them.
class WireServer {
 public:
  /// `n` counts from 1, over all connections.
  using Answer = std::function<WireReply(const std::string& request, std::size_t n)>;
  using Server = argot::testing::ScriptedServer;
  using Connection = argot::testing::ScriptedConnection;

  explicit WireServer(Answer answer, Server::Wrap wrap = {})
      : answer_(std::move(answer)),
        server_([this](Connection& connection) { serve(connection); }, std::move(wrap)) {}

  /// The last of them is the answer to whatever comes after it.
  explicit WireServer(std::vector<WireReply> replies, Server::Wrap wrap = {})
      : WireServer(
            [all = std::move(replies)](const std::string&, std::size_t n) {
              return all.at(std::min(n, all.size()) - 1);
            },
            std::move(wrap)) {}

  std::vector<std::string> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }
  int accepted() const { return server_.accepted(); }
  std::string url(std::string_view path) const { return server_.url(path); }
  std::string address() const { return server_.address(); }

 private:
  void serve(Connection& connection) {
    for (;;) {
      std::string request = connection.read_request();
      if (request.empty()) return;
      WireReply reply;
      {
        const std::scoped_lock lock(mutex_);
        requests_.push_back(request);
        reply = answer_(request, requests_.size());
      }
      connection.send(reply.bytes);
      switch (reply.then) {
        case Then::keep:
          continue;
        case Then::close:
          return;
        case Then::reset:
          connection.reset();
          return;
        case Then::stall:
          connection.stall();
          return;
      }
    }
  }

  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_{};
  Server server_;  // last: its threads use the others
};

/// The client's clock. That of the transport is real in any case, and so a call with a deadline
/// needs a real one, too.
enum class Clocks { fake, real };

/// A client of `url` over the built-in transport, around whatever proxy the environment has.
struct WireClient {
  explicit WireClient(std::string url, SDKOptions options = {}, Clocks clocks = Clocks::fake)
      : core(make(std::move(url), std::move(options), clocks)) {}

  FakeTime time{};
  ArgotOpenAiCore core;

 private:
  ArgotOpenAiCore make(std::string url, SDKOptions options, Clocks clocks) {
    options.serverURL = std::move(url);
    if (!options.transport.proxy) options.transport.proxy = "";
    if (!options.apiKeyAuth.text() && !options.apiKeyAuth.provider())
      options.apiKeyAuth = "sk-test";
    return ArgotOpenAiCore(*Client::make(
        std::move(options), clocks == Clocks::fake ? time.surroundings() : Surroundings::real()));
  }
};

/// Both ends.
struct WireWorld {
  explicit WireWorld(std::vector<WireReply> replies, SDKOptions options = {},
                     Clocks clocks = Clocks::fake)
      : server(std::move(replies)), client(server.url("/v1"), std::move(options), clocks) {}

  explicit WireWorld(WireServer::Answer answer, SDKOptions options = {},
                     Clocks clocks = Clocks::fake)
      : server(std::move(answer)), client(server.url("/v1"), std::move(options), clocks) {}

  WireServer server;
  WireClient client;
};

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
