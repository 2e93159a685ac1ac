#include "detail/error_maker.hpp"

#include <memory>
#include <utility>

#include "base/clock.h"
#include "detail/decode.hpp"
#include "fetch/retry_after.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::size_t bodyBytesMax = std::size_t{1} << 20U;

std::optional<std::chrono::milliseconds> askedWait(const Headers& headers) {
  fetch::Headers asked;
  for (const char* const name : {"retry-after-ms", "retry-after"}) {
    if (const std::string* const value = headers.find(name)) {
      asked.push_back({.name = name, .value = *value});
    }
  }
  return fetch::asked_wait(asked, SystemClock().now());
}

// "[<root>.data.0.id]: Expected string, received number (invalid_type), and 2 more"
std::string summaryOf(const std::vector<ValidationIssue>& issues) {
  if (issues.empty()) return "no reason given";
  const ValidationIssue& first = issues.front();
  std::string text = first.path.empty() ? "[<root>" : "[<root>." + first.path;
  text += "]: " + first.message + " (" + first.code + ")";
  if (issues.size() > 1) text += ", and " + std::to_string(issues.size() - 1) + " more";
  return text;
}

ErrorState clientError(std::string message, ErrorCause cause, Attempts attempts) {
  if (cause.text.empty() && cause.thrown) cause.text = whatOf(cause.thrown);
  if (!cause.text.empty()) message += ": " + cause.text;
  return {
      .message = std::move(message), .attempts = std::move(attempts), .cause = std::move(cause)};
}

std::shared_ptr<const ErrorState> shared(ErrorState state) {
  return std::make_shared<const ErrorState>(std::move(state));
}

}  // namespace

Error ErrorMaker::sdkError(std::string_view summary, HttpResponse response, Attempts attempts) {
  ErrorState state{.attempts = std::move(attempts), .statusCode = response.status};
  if (const std::string* const type = response.headers.find("content-type")) {
    state.contentType = *type;
  }
  state.error = decodeErrorResponse(response.body);
  state.retryAfter = askedWait(response.headers);
  state.headers = std::move(response.headers);
  state.body = std::move(response.body);
  if (state.body.size() > bodyBytesMax) {
    state.body.resize(bodyBytesMax);
    state.body.shrink_to_fit();
  }
  state.message = std::string(summary) + ": Status " + std::to_string(state.statusCode) +
                  " Content-Type " + state.contentType + " Body ";
  if (!state.body.empty()) state.message += "\n" + state.body;
  return ErrorVariant(SDKError(shared(std::move(state))));
}

Error ErrorMaker::validation(std::string_view rawMessage, std::string rawValue,
                             std::vector<ValidationIssue> issues, Attempts attempts) {
  ErrorState state{.attempts = std::move(attempts)};
  state.message = std::string(rawMessage) + ": " + summaryOf(issues);
  state.rawValue = std::move(rawValue);
  state.rawMessage = rawMessage;
  state.issues = std::move(issues);
  return ErrorVariant(SDKValidationError(shared(std::move(state))));
}

Error ErrorMaker::invalidRequest(std::string message, ErrorCause cause, Attempts attempts) {
  return ErrorVariant(InvalidRequestError(
      shared(clientError(std::move(message), std::move(cause), std::move(attempts)))));
}

Error ErrorMaker::unexpected(std::string_view message, ErrorCause cause, Attempts attempts) {
  return ErrorVariant(UnexpectedClientError(
      shared(clientError(std::string(message), std::move(cause), std::move(attempts)))));
}

Error ErrorMaker::aborted(ErrorCause cause, Attempts attempts) {
  return ErrorVariant(RequestAbortedError(
      shared(clientError("Request aborted by client", std::move(cause), std::move(attempts)))));
}

Error ErrorMaker::timedOut(ErrorCause cause, Attempts attempts) {
  return ErrorVariant(RequestTimeoutError(
      shared(clientError("Request timed out", std::move(cause), std::move(attempts)))));
}

Error ErrorMaker::connection(ErrorCause cause, Attempts attempts) {
  return ErrorVariant(ConnectionError(
      shared(clientError("Unable to make request", std::move(cause), std::move(attempts)))));
}

Error ErrorMaker::of(TransportFailure failure, Attempts attempts) {
  ErrorCause cause{
      .code = failure.code, .text = std::move(failure.text), .thrown = std::move(failure.thrown)};
  switch (failure.kind) {
    case TransportFailure::Kind::aborted:
      return aborted(std::move(cause), std::move(attempts));
    case TransportFailure::Kind::timedOut:
      return timedOut(std::move(cause), std::move(attempts));
    case TransportFailure::Kind::connection:
      return connection(std::move(cause), std::move(attempts));
    case TransportFailure::Kind::invalidRequest:
      return invalidRequest("Invalid request", std::move(cause), std::move(attempts));
    case TransportFailure::Kind::unexpected:
      return unexpected(unexpectedMessage, std::move(cause), std::move(attempts));
  }
  std::unreachable();
}

std::string whatOf(const std::exception_ptr& thrown) {
  if (!thrown) return {};
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (const Error& error) {
    // Not an exception, and still what `throw result.error();` throws.
    return error.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
