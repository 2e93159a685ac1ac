// HTTP as the library sees it: requests, responses, the transport that carries them, and the
// hooks around it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/lib/chrono.hpp"
#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/types/stream.hpp"

namespace argot::openai {
inline namespace v0 {

struct Header {
  std::string name{};
  std::string value{};

  friend bool operator==(const Header&, const Header&) = default;
};

/// Header fields in order; names are compared without regard to case (RFC 9110, 5.1).
class ARGOT_OPEN_AI_API Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<Header> headers);

  /// The first of that name, or null.
  const std::string* find(std::string_view name) const;
  /// Replaces every field of that name by one, at the place of the first.
  void set(std::string_view name, std::string value);
  void append(std::string name, std::string value);
  /// Room for so many, so that none of them moves the others.
  void reserve(std::size_t count);
  /// How many there were.
  std::size_t remove(std::string_view name);

  bool empty() const noexcept { return all_.empty(); }
  std::size_t size() const noexcept { return all_.size(); }
  auto begin() const noexcept { return all_.begin(); }
  auto end() const noexcept { return all_.end(); }

  friend bool operator==(const Headers&, const Headers&) = default;

 private:
  std::vector<Header> all_;
};

/// What a redirect means, as in the Fetch standard.
enum class Redirect {
  follow,  ///< at most 20, over http and https only; the key goes to the first host only
  error,   ///< a redirect is a ConnectionError
  manual,  ///< the redirect itself is the response
};

/// One attempt of one call.
struct HttpRequest {
  std::string method{};
  std::string url{};
  Headers headers{};
  /// Empty where there is no body. Each attempt has it at its start.
  std::shared_ptr<ByteSource> body{};
};

/// The head of a response, and the body where that was read into memory.
struct HttpResponse {
  int status = 0;
  Headers headers{};
  /// Of responses that are errors; empty for those whose body is streamed to the caller.
  std::string body{};
};

/// Why no whole response came.
struct TransportFailure {
  enum class Kind { aborted, timedOut, connection, invalidRequest, unexpected };
  Kind kind = Kind::unexpected;
  /// The transport's own number and words: libcurl's, for the built-in one. Never a secret.
  int code = 0;
  std::string text{};
  /// What a callback or a source threw, if that is why.
  std::exception_ptr thrown{};
};

/// What bounds one attempt. The stop token and the deadline hold for the reading of the body, too.
struct CallContext {
  std::stop_token signal{};
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  Redirect redirect = Redirect::follow;
  bool keepalive = true;
};

/// A response whose body is still to be read. Destroying it early closes the connection.
class ARGOT_OPEN_AI_API ResponseStream {
 public:
  ResponseStream() = default;
  ResponseStream(const ResponseStream&) = delete;
  ResponseStream& operator=(const ResponseStream&) = delete;
  virtual ~ResponseStream();

  virtual int status() const = 0;
  virtual const Headers& headers() const = 0;
  /// Fills the beginning of `room` and says how much; 0 is the end. A body that is shorter than its
  /// Content-Length, or breaks off, is a failure of kind connection.
  virtual std::expected<std::size_t, TransportFailure> read(std::span<std::byte> room) = 0;

  /// Takes a piece, which is gone when it returns, and says whether it wants more. Does not throw.
  using Taker = std::function<bool(std::span<const std::byte> piece)>;
  /// Instead of read(): hands on all that is left, and returns at the end. Where `taker` wants no
  /// more, that is a failure. Reads, unless an implementation can do without the copy.
  virtual std::expected<void, TransportFailure> drain(const Taker& taker);
};

/// Carries requests. Implement it to bring your own HTTP stack, or for tests
/// (argot_open_ai/testing/mock_transport.hpp). Thread-safe.
class ARGOT_OPEN_AI_API Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport();

  /// Sends the request and waits for the head of the response. `request` and what it points to
  /// outlive the stream. Should not throw; what it throws becomes UnexpectedClientError.
  virtual std::expected<std::unique_ptr<ResponseStream>, TransportFailure> send(
      const HttpRequest& request, const CallContext& context) = 0;
};

/// Settings of the built-in transport.
struct TransportOptions {
  /// "http://host:port", "socks5h://host:port"; unset: http_proxy, https_proxy and no_proxy of the
  /// environment; empty: none.
  std::optional<std::string> proxy{};
  std::string proxyUser{};
  std::string proxyPassword{};
  /// Certificates to trust instead of the system's: a PEM file, a folder.
  std::string caFile{};
  std::string caPath{};
  /// A certificate of the client's own, both PEM.
  std::string clientCertificateFile{};
  std::string clientKeyFile{};
  /// 0: none beyond the deadline of the call.
  std::chrono::milliseconds connectTimeout{30'000};
  /// A transfer that moves no byte for so long is a RequestTimeoutError; 0: never.
  std::chrono::milliseconds stallTimeout{0};
  /// Idle connections to keep.
  std::size_t maxConnections = 16;
  /// Of the calls in the background, so many have a connection at a time; the others wait for their
  /// turn. At least 1.
  std::size_t maxBackgroundTransfers = 64;
  /// Ask before sending a large body. Servers that do not answer cost a second each.
  bool expect100 = false;
  /// Goes behind the library's own User-Agent.
  std::string userAgentSuffix{};
};

/// The built-in transport.
ARGOT_OPEN_AI_API std::shared_ptr<Transport> makeTransport(const TransportOptions& options = {});

using HookId = std::uint64_t;

/// A transport and the hooks around each attempt. Add hooks before the first call; calls may then
/// come from several threads, and so may the hooks' invocations.
class ARGOT_OPEN_AI_API HTTPClient {
 public:
  using BeforeRequest = std::function<void(HttpRequest&)>;
  using RequestError = std::function<void(const TransportFailure&, const HttpRequest&)>;
  using OnResponse = std::function<void(const HttpResponse&, const HttpRequest&)>;

  explicit HTTPClient(std::shared_ptr<Transport> transport = makeTransport());
  HTTPClient(const HTTPClient&) = delete;
  HTTPClient& operator=(const HTTPClient&) = delete;
  ~HTTPClient();

  HookId addBeforeRequestHook(BeforeRequest hook);
  HookId addRequestErrorHook(RequestError hook);
  HookId addResponseHook(OnResponse hook);
  /// Whether there was one of that id.
  bool removeHook(HookId id);
  /// Another client with the same hooks over the same transport.
  std::shared_ptr<HTTPClient> clone() const;

  /// Runs the hooks around the transport's send(). Not noexcept: hooks may throw.
  std::expected<std::unique_ptr<ResponseStream>, TransportFailure> request(
      HttpRequest& request, const CallContext& context) const;

 private:
  struct Hooks;
  std::shared_ptr<Transport> transport_;
  std::unique_ptr<Hooks> hooks_;
};

}  // namespace v0
}  // namespace argot::openai
