// Makes the seven error classes, whose constructors users do not see.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argot_open_ai/models/errors.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {

/// How the attempts of a call went; see ArgotError::attemptLog.
struct Attempts {
  int count = 0;
  std::string log{};
};

/// All fields of all classes; each class shows its own.
struct ErrorState {
  std::string message{};
  Attempts attempts{};

  int statusCode = 0;
  std::string contentType{};
  std::string body{};
  Headers headers{};
  std::optional<ErrorResponse> error{};
  std::optional<std::chrono::milliseconds> retryAfter{};

  std::string rawValue{};
  std::string rawMessage{};
  std::vector<ValidationIssue> issues{};

  ErrorCause cause{};
};

/// What begins the message of an error that is none of the other six.
inline constexpr std::string_view unexpectedMessage = "Unexpected HTTP client error";

/// Messages are those of sdk.md's error table: "API error occurred: Status 404 Content-Type ...
/// Body \n...", "Request timed out: <cause>".
struct ErrorMaker {
  /// `summary` is "API error occurred" or "Unexpected API response status or content-type".
  static Error sdkError(std::string_view summary, HttpResponse response, Attempts attempts);
  /// `rawMessage` is "Input validation failed" or "Response validation failed".
  static Error validation(std::string_view rawMessage, std::string rawValue,
                          std::vector<ValidationIssue> issues, Attempts attempts = {});
  static Error invalidRequest(std::string message, ErrorCause cause = {}, Attempts attempts = {});
  static Error unexpected(std::string_view message, ErrorCause cause, Attempts attempts = {});
  static Error aborted(ErrorCause cause, Attempts attempts = {});
  static Error timedOut(ErrorCause cause, Attempts attempts = {});
  static Error connection(ErrorCause cause, Attempts attempts = {});
  /// The class that a failure of the transport becomes.
  static Error of(TransportFailure failure, Attempts attempts);
};

/// What a thrown exception says: its what(), or "unknown exception".
std::string whatOf(const std::exception_ptr& thrown);

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
