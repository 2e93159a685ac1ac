#include "detail/call_log.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <utility>

#include "base/text.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::size_t loggedBodyBytesMax = 4'096;
constexpr std::size_t keyBytesMin = 12;  // a shorter one would be told by its ends
constexpr std::string_view hidden = "[redacted]";
constexpr std::string_view bearerPrefix = "Bearer ";

constexpr std::array<std::string_view, 25> harmless{"accept",
                                                    "accept-encoding",
                                                    "accept-ranges",
                                                    "cache-control",
                                                    "connection",
                                                    "content-disposition",
                                                    "content-encoding",
                                                    "content-length",
                                                    "content-range",
                                                    "content-type",
                                                    "date",
                                                    "etag",
                                                    "idempotency-key",
                                                    "if-range",
                                                    "last-modified",
                                                    "openai-processing-ms",
                                                    "openai-version",
                                                    "range",
                                                    "retry-after",
                                                    "retry-after-ms",
                                                    "server",
                                                    "transfer-encoding",
                                                    "user-agent",
                                                    "x-request-id",
                                                    "x-should-retry"};

// RFC 9110, 15, and 429 of RFC 6585.
constexpr std::array<std::pair<int, std::string_view>, 26> reasons{{{200, "OK"},
                                                                    {201, "Created"},
                                                                    {202, "Accepted"},
                                                                    {204, "No Content"},
                                                                    {206, "Partial Content"},
                                                                    {301, "Moved Permanently"},
                                                                    {302, "Found"},
                                                                    {303, "See Other"},
                                                                    {304, "Not Modified"},
                                                                    {307, "Temporary Redirect"},
                                                                    {308, "Permanent Redirect"},
                                                                    {400, "Bad Request"},
                                                                    {401, "Unauthorized"},
                                                                    {403, "Forbidden"},
                                                                    {404, "Not Found"},
                                                                    {405, "Method Not Allowed"},
                                                                    {408, "Request Timeout"},
                                                                    {409, "Conflict"},
                                                                    {412, "Precondition Failed"},
                                                                    {413, "Content Too Large"},
                                                                    {416, "Range Not Satisfiable"},
                                                                    {429, "Too Many Requests"},
                                                                    {500, "Internal Server Error"},
                                                                    {502, "Bad Gateway"},
                                                                    {503, "Service Unavailable"},
                                                                    {504, "Gateway Timeout"}}};

bool isHarmless(std::string_view name) {
  const std::string lower = to_lower(name);
  return std::ranges::find(harmless, lower) != harmless.end() || lower.starts_with("x-ratelimit-");
}

bool isBearer(std::string_view value) {
  return equals_ignoring_case(value.substr(0, bearerPrefix.size()), bearerPrefix);
}

// "sk-...1234": what tells keys apart, and no more.
std::string hintOf(std::string_view key) {
  if (key.size() < keyBytesMin) return std::string(hidden);
  std::string hint(key.starts_with("sk-") ? "sk-" : "");
  return hint.append("...").append(key.substr(key.size() - 4));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  std::size_t at = 0;
  while (!from.empty() && (at = text.find(from, at)) != std::string::npos) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
  return text;
}

// What controls a terminal becomes "\x1b"; line breaks and tabs stay.
std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\r') continue;
    if ((byte >= 0x20 && byte != 0x7f) || byte == '\n' || byte == '\t') {
      out += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    out.append("\\x").append({digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

// "http://user:password@host/" without who asks.
std::string withoutUser(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t begin = scheme + 3;
  const std::size_t at = url.substr(0, url.find_first_of("/?#", begin)).rfind('@');
  if (at != std::string::npos && at >= begin) url.replace(begin, at - begin, hidden);
  return url;
}

std::string cut(std::string_view text) {
  if (text.size() <= loggedBodyBytesMax) return std::string(text);
  return std::string(text.substr(0, loggedBodyBytesMax)) + "... (" +
         std::to_string(text.size() - loggedBodyBytesMax) + " more bytes)";
}

bool isText(std::string_view contentType) {
  const std::string type = to_lower(contentType.substr(0, contentType.find_first_of("; \t")));
  return type.starts_with("text/") || type == "application/json" || type.ends_with("+json");
}

std::string shownBody(const HttpResponse& response) {
  const std::string* const found = response.headers.find("Content-Type");
  const std::string type = found == nullptr ? std::string() : *found;
  if (!response.body.empty() && isText(type)) return response.body;
  return "<" + (type.empty() ? "no content type" : type) + ">";
}

std::string_view nameOf(TransportFailure::Kind kind) {
  switch (kind) {
    case TransportFailure::Kind::aborted:
      return "aborted";
    case TransportFailure::Kind::timedOut:
      return "timed out";
    case TransportFailure::Kind::connection:
      return "connection";
    case TransportFailure::Kind::invalidRequest:
      return "invalid request";
    case TransportFailure::Kind::unexpected:
      break;
  }
  return "unexpected";
}

enum class Secrets { hide, show };

/// One group of lines for one attempt. Unless secrets are shown the key of the request is taken out
/// of every line, whatever echoes it.
class Entry {
 public:
  Entry(Logger& logger, const HttpRequest& request, std::string_view kind, Secrets secrets)
      : logger_(logger), request_(request), secrets_(secrets) {
    const std::string url = isShown() ? request.url : withoutUser(request.url);
    logger_.group(safe(std::string(kind) + ": " + request.method + " " + url));
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void line(std::string text) { logger_.log(safe(std::move(text))); }

  void headers(const Headers& headers) {
    logger_.group("Headers:");
    for (const Header& header : headers) {
      line(header.name + ": " + (isShown() ? header.value : redacted(header.name, header.value)));
    }
    logger_.groupEnd();
  }

  void body(std::string text) {
    if (text.empty()) return;
    logger_.group("Body:");
    // In this order, or half a key might stand at the cut.
    logger_.log(cut(safe(std::move(text))));
    logger_.groupEnd();
  }

  void end() { logger_.groupEnd(); }

 private:
  bool isShown() const { return secrets_ == Secrets::show; }

  std::string safe(std::string text) const {
    if (isShown()) return printable(text);
    for (const Header& header : request_.headers) {
      if (!equals_ignoring_case(header.name, "Authorization")) continue;
      const std::string_view value = header.value;
      const std::string_view key = isBearer(value) ? value.substr(bearerPrefix.size()) : value;
      // The shortest would be found in words that are none.
      if (key.size() >= 4) text = replaced(std::move(text), key, hintOf(key));
    }
    return printable(text);
  }

  Logger& logger_;
  const HttpRequest& request_;
  const Secrets secrets_;
};

// A logger that throws is no reason for a call to fail.
template <class Write>
void logEntry(const Client& client, const HttpRequest& request, std::string_view kind,
              const Write& write) {
  if (client.logger() == nullptr) return;
  try {
    const std::lock_guard lock(client.loggerLock());
    Entry entry(*client.logger(), request, kind,
                client.options().debugShowSecrets ? Secrets::show : Secrets::hide);
    write(entry);
    entry.end();
  } catch (...) {  // NOLINT(bugprone-empty-catch): as the comment above says
  }
}

void logReason(const Client& client, const HttpRequest& request, std::string_view kind,
               const TransportFailure& failure) {
  logEntry(client, request, kind, [&](Entry& entry) {
    entry.line(std::string(nameOf(failure.kind)) + ": " + failure.text);
  });
}

}  // namespace

std::string redacted(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "Authorization") && isBearer(value)) {
    return std::string(bearerPrefix) + hintOf(value.substr(bearerPrefix.size()));
  }
  return std::string(isHarmless(name) ? value : hidden);
}

void logRequest(const Client& client, const HttpRequest& request, std::string_view bodyNote) {
  logEntry(client, request, "> Request", [&](Entry& entry) {
    entry.headers(request.headers);
    entry.body(std::string(bodyNote));
  });
}

void logResponse(const Client& client, const HttpRequest& request, const HttpResponse& response) {
  logEntry(client, request, "< Response", [&](Entry& entry) {
    std::string status = "Status Code: " + std::to_string(response.status);
    for (const auto& [code, reason] : reasons) {
      if (code == response.status) status.append(" ").append(reason);
    }
    entry.line(std::move(status));
    entry.headers(response.headers);
    entry.body(shownBody(response));
  });
}

void logFailure(const Client& client, const HttpRequest& request, const TransportFailure& failure) {
  logReason(client, request, "< No response", failure);
}

void logBreak(const Client& client, const HttpRequest& request, const TransportFailure& failure) {
  logReason(client, request, "< Broken response", failure);
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
