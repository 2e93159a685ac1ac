// Everything that can go wrong: seven classes, and Error, which holds one of them.
//
// What a standalone function returns in a Result is what the class form throws: the same object.
#pragma once

#include <cstdint>
#include <exception>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "argot_open_ai/lib/chrono.hpp"
#include "argot_open_ai/lib/export.hpp"
#include "argot_open_ai/lib/http.hpp"

namespace argot::openai {
inline namespace v0 {

namespace detail {
struct ErrorState;
struct ErrorMaker;
}  // namespace detail

/// The base of all seven. Copies share their state and do not throw. Thread-safe to read.
class ARGOT_OPEN_AI_API ArgotError : public std::exception {
 public:
  ~ArgotError() override;
  ArgotError(const ArgotError&) noexcept;
  ArgotError& operator=(const ArgotError&) noexcept;

  /// The whole message; the words are those of the TypeScript SDK.
  const char* what() const noexcept override;
  /// How often the request was sent, and how that went: "3 attempts over 4.2 s: 503, reset, 503".
  int attempts() const noexcept;
  std::string_view attemptLog() const noexcept;

 protected:
  explicit ArgotError(std::shared_ptr<const detail::ErrorState> state) noexcept;
  const detail::ErrorState& state() const noexcept { return *state_; }

 private:
  std::shared_ptr<const detail::ErrorState> state_;
};

/// The error object of an OpenAI reply: {"error": {"message", "type", "param", "code"}}.
struct ErrorResponse {
  std::string message{};
  std::string type{};
  std::optional<std::string> param{};
  std::optional<std::string> code{};

  friend bool operator==(const ErrorResponse&, const ErrorResponse&) = default;
};

/// A reply that is no success: 4XX, 5XX, or a status or content type that fits nothing.
class ARGOT_OPEN_AI_API SDKError final : public ArgotError {
 public:
  int statusCode() const noexcept;
  /// "" where the reply has none.
  const std::string& contentType() const noexcept;
  /// As it came, cut after 1 MiB.
  const std::string& body() const noexcept;
  const Headers& headers() const noexcept;
  /// The body's error object, where it is one.
  const std::optional<ErrorResponse>& error() const noexcept;
  /// x-request-id; "" where the reply has none.
  std::string_view requestId() const noexcept;
  /// What retry-after-ms or Retry-After asks for; a date counts from when the reply came.
  std::optional<std::chrono::milliseconds> retryAfter() const noexcept;

 private:
  friend struct detail::ErrorMaker;
  using ArgotError::ArgotError;
};

/// One place where a value does not fit its schema.
struct ValidationIssue {
  /// "data.0.id"; empty for the whole value.
  std::string path{};
  /// "Expected string, received number".
  std::string message{};
  /// "invalid_type", "invalid_literal", "invalid_enum_value", "invalid_json", ...
  std::string code{};
  /// What was wanted, and what came; empty where there is nothing to say.
  std::string expected{};
  std::string received{};

  friend bool operator==(const ValidationIssue&, const ValidationIssue&) = default;
};

/// A request that does not fit (nothing was sent), or a reply of 200 that does not.
class ARGOT_OPEN_AI_API SDKValidationError final : public ArgotError {
 public:
  /// The JSON text of what did not fit.
  const std::string& rawValue() const noexcept;
  /// "Input validation failed", "Response validation failed".
  const std::string& rawMessage() const noexcept;
  const std::vector<ValidationIssue>& issues() const noexcept;
  /// A report over several lines, for people, as the TypeScript SDK prints it (UTF-8).
  std::string pretty() const;

 private:
  friend struct detail::ErrorMaker;
  using ArgotError::ArgotError;
};

/// What caused a HTTPClientError, in the transport's own words.
struct ErrorCause {
  int code = 0;
  std::string text{};
  /// What a callback, a hook or a source threw.
  std::exception_ptr thrown{};
};

/// The base of the five below: no usable reply came.
class ARGOT_OPEN_AI_API HTTPClientError : public ArgotError {
 public:
  ~HTTPClientError() override;
  HTTPClientError(const HTTPClientError&) noexcept = default;
  HTTPClientError& operator=(const HTTPClientError&) noexcept = default;

  const ErrorCause& cause() const noexcept;

 protected:
  using ArgotError::ArgotError;
};

/// Anything that is none of the others: what hooks, callbacks and key providers throw.
class ARGOT_OPEN_AI_API UnexpectedClientError final : public HTTPClientError {
  friend struct detail::ErrorMaker;
  using HTTPClientError::HTTPClientError;
};

/// A request that cannot be made: an id with a dot segment, a file that cannot be opened, a header
/// with a line break. Nothing was sent.
class ARGOT_OPEN_AI_API InvalidRequestError final : public HTTPClientError {
  friend struct detail::ErrorMaker;
  using HTTPClientError::HTTPClientError;
};

/// The caller's stop token.
class ARGOT_OPEN_AI_API RequestAbortedError final : public HTTPClientError {
  friend struct detail::ErrorMaker;
  using HTTPClientError::HTTPClientError;
};

/// The deadline of the call, or a timeout of the transport.
class ARGOT_OPEN_AI_API RequestTimeoutError final : public HTTPClientError {
  friend struct detail::ErrorMaker;
  using HTTPClientError::HTTPClientError;
};

/// No connection, or one that broke: DNS, refused, reset, TLS, too many redirects, a body cut
/// short.
class ARGOT_OPEN_AI_API ConnectionError final : public HTTPClientError {
  friend struct detail::ErrorMaker;
  using HTTPClientError::HTTPClientError;
};

using ErrorVariant =
    std::variant<SDKError, SDKValidationError, UnexpectedClientError, InvalidRequestError,
                 RequestAbortedError, RequestTimeoutError, ConnectionError>;

/// What a Result holds where it holds no value: one of the seven.
class ARGOT_OPEN_AI_API Error {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): an error of a class is an Error
  Error(ErrorVariant variant);
  Error(const Error&) noexcept;
  Error(Error&&) noexcept;
  Error& operator=(const Error&) noexcept;
  Error& operator=(Error&&) noexcept;
  ~Error();

  const char* what() const noexcept { return base().what(); }
  /// The name of the class: "SDKError".
  std::string_view name() const noexcept;
  int attempts() const noexcept { return base().attempts(); }
  std::string_view attemptLog() const noexcept { return base().attemptLog(); }
  /// Of an SDKError only.
  std::optional<int> statusCode() const noexcept;
  /// "" where there is none.
  std::string_view requestId() const noexcept;
  /// Whether another attempt might do better: 408, 409, 429, 5XX, a connection or a timeout.
  bool retryable() const noexcept;

  /// Null if it is of another class.
  template <class E>
  const E* as() const noexcept {
    return std::get_if<E>(&variant_);
  }
  /// Calls `visitor` with the class; a visitor that forgets one does not compile.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), variant_);
  }
  /// Throws the class itself.
  [[noreturn]] void raise() const;

  /// One line of JSON: {"name", "message", "statusCode", ...}. Holds no header and no key.
  std::string toJson() const;
  /// Name and message on one line, cut after 4 KiB.
  friend ARGOT_OPEN_AI_API std::ostream& operator<<(std::ostream& out, const Error& error);

 private:
  const ArgotError& base() const noexcept;

  ErrorVariant variant_;
};

}  // namespace v0
}  // namespace argot::openai
