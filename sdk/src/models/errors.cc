#include "argot_open_ai/models/errors.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "detail/error_maker.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace {

// Of one line of operator<<.
constexpr std::size_t lineBytesMax = 4096;

// Runs of spaces, line breaks and other control characters become one space, so that nothing that
// a server sends looks like a line of its own.
std::string onOneLine(std::string_view text) {
  std::string line;
  for (const char character : text) {
    const bool isBlank = static_cast<unsigned char>(character) <= ' ' || character == '\x7F';
    if (!isBlank) {
      line += character;
    } else if (!line.ends_with(' ')) {
      line += ' ';
    }
    if (line.size() > lineBytesMax) break;
  }
  if (line.size() > lineBytesMax) {
    std::size_t end = lineBytesMax;
    // Not within a character of UTF-8.
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    return line.substr(0, end) + "...";
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

std::string_view nameOf(const SDKError& /*error*/) { return "SDKError"; }
std::string_view nameOf(const SDKValidationError& /*error*/) { return "SDKValidationError"; }
std::string_view nameOf(const UnexpectedClientError& /*error*/) { return "UnexpectedClientError"; }
std::string_view nameOf(const InvalidRequestError& /*error*/) { return "InvalidRequestError"; }
std::string_view nameOf(const RequestAbortedError& /*error*/) { return "RequestAbortedError"; }
std::string_view nameOf(const RequestTimeoutError& /*error*/) { return "RequestTimeoutError"; }
std::string_view nameOf(const ConnectionError& /*error*/) { return "ConnectionError"; }

void writeText(json::Writer& writer, std::string_view key, const std::optional<std::string>& text) {
  writer.key(key);
  if (text) {
    writer.string(*text);
  } else {
    writer.null();
  }
}

void writeOwn(json::Writer& writer, const SDKError& error) {
  writer.key("statusCode").integer(error.statusCode());
  writer.key("contentType").string(error.contentType());
  writer.key("requestId").string(error.requestId());
  if (const auto wait = error.retryAfter()) writer.key("retryAfterMs").integer(wait->count());
  if (!error.error()) return;
  writer.key("error").begin_object();
  writer.key("message").string(error.error()->message);
  writer.key("type").string(error.error()->type);
  writeText(writer, "param", error.error()->param);
  writeText(writer, "code", error.error()->code);
  writer.end_object();
}

void writeOwn(json::Writer& writer, const SDKValidationError& error) {
  writer.key("rawMessage").string(error.rawMessage());
  writer.key("issues").begin_array();
  for (const ValidationIssue& issue : error.issues()) {
    writer.begin_object();
    writer.key("path").string(issue.path);
    writer.key("message").string(issue.message);
    writer.key("code").string(issue.code);
    writer.key("expected").string(issue.expected);
    writer.key("received").string(issue.received);
    writer.end_object();
  }
  writer.end_array();
}

void writeOwn(json::Writer& writer, const HTTPClientError& error) {
  writer.key("cause").begin_object();
  writer.key("code").integer(error.cause().code);
  writer.key("text").string(error.cause().text);
  writer.end_object();
}

void appendLine(std::string& report, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  report += "\n\u2502     ";
  report += label;
  report += onOneLine(value);
}

}  // namespace

ArgotError::ArgotError(std::shared_ptr<const detail::ErrorState> state) noexcept
    : state_(std::move(state)) {}
ArgotError::~ArgotError() = default;
ArgotError::ArgotError(const ArgotError&) noexcept = default;
ArgotError& ArgotError::operator=(const ArgotError&) noexcept = default;

const char* ArgotError::what() const noexcept { return state().message.c_str(); }
int ArgotError::attempts() const noexcept { return state().attempts.count; }
std::string_view ArgotError::attemptLog() const noexcept { return state().attempts.log; }

int SDKError::statusCode() const noexcept { return state().statusCode; }
const std::string& SDKError::contentType() const noexcept { return state().contentType; }
const std::string& SDKError::body() const noexcept { return state().body; }
const Headers& SDKError::headers() const noexcept { return state().headers; }
const std::optional<ErrorResponse>& SDKError::error() const noexcept { return state().error; }

std::string_view SDKError::requestId() const noexcept {
  const std::string* const id = headers().find("x-request-id");
  return id == nullptr ? std::string_view() : std::string_view(*id);
}

std::optional<std::chrono::milliseconds> SDKError::retryAfter() const noexcept {
  return state().retryAfter;
}

const std::string& SDKValidationError::rawValue() const noexcept { return state().rawValue; }
const std::string& SDKValidationError::rawMessage() const noexcept { return state().rawMessage; }

const std::vector<ValidationIssue>& SDKValidationError::issues() const noexcept {
  return state().issues;
}

std::string SDKValidationError::pretty() const {
  if (issues().empty()) return what();
  std::string report = rawMessage() + "\n\u250C " + std::to_string(issues().size()) +
                       (issues().size() == 1 ? " issue found:" : " issues found:");
  for (const ValidationIssue& issue : issues()) {
    report += "\n\u2502 \u2022 [<root>";
    if (!issue.path.empty()) report += "." + issue.path;
    report += "]: " + onOneLine(issue.message) + " (" + issue.code + ")";
    const bool isChoice = issue.code == "invalid_enum_value";
    appendLine(report, isChoice ? "Allowed: " : "Want: ", issue.expected);
    appendLine(report, isChoice ? "    Got: " : " Got: ", issue.received);
  }
  return report + "\n\u2514\u2500*";
}

HTTPClientError::~HTTPClientError() = default;

const ErrorCause& HTTPClientError::cause() const noexcept { return state().cause; }

Error::Error(ErrorVariant variant) : variant_(std::move(variant)) {}
Error::Error(const Error&) noexcept = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) noexcept = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

const ArgotError& Error::base() const noexcept {
  // NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter): it is always a member of this object
  return visit([](const ArgotError& error) -> const ArgotError& { return error; });
}

std::string_view Error::name() const noexcept {
  return visit([](const auto& error) { return nameOf(error); });
}

std::optional<int> Error::statusCode() const noexcept {
  const SDKError* const reply = as<SDKError>();
  return reply == nullptr ? std::nullopt : std::optional(reply->statusCode());
}

std::string_view Error::requestId() const noexcept {
  const SDKError* const reply = as<SDKError>();
  return reply == nullptr ? std::string_view() : reply->requestId();
}

bool Error::retryable() const noexcept {
  if (const std::optional<int> status = statusCode()) {
    return *status == 408 || *status == 409 || *status == 429 || (*status >= 500 && *status < 600);
  }
  return as<ConnectionError>() != nullptr || as<RequestTimeoutError>() != nullptr;
}

void Error::raise() const {
  std::visit([](const auto& error) { throw error; }, variant_);
  std::unreachable();
}

std::string Error::toJson() const {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("name").string(name());
  writer.key("message").string(what());
  visit([&writer](const auto& error) { writeOwn(writer, error); });
  writer.key("attempts").integer(attempts());
  writer.key("attemptLog").string(attemptLog());
  writer.end_object();
  return out;
}

std::ostream& operator<<(std::ostream& out, const Error& error) {
  return out << error.name() << ": " << onOneLine(error.what());
}

}  // namespace v0
}  // namespace argot::openai
