#include "detail/request_headers.hpp"

#include <algorithm>
#include <cctype>

#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "detail/version.hpp"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::string_view bearer = "bearer ";
constexpr std::string_view tokenMarks = "!#$%&'*+-.^_`|~";

bool equalsIgnoringCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](unsigned char a, unsigned char b) {
    return std::tolower(a) == std::tolower(b);
  });
}

bool isToken(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           tokenMarks.find(c) != std::string_view::npos;
  });
}

bool isFieldValue(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

}  // namespace

Result<std::string> resolvedKey(const ApiKey& key) {
  if (!key.provider()) return std::string(key.text().value_or(""));
  try {
    return key.provider()();
  } catch (...) {
    return caught("The API key provider failed");
  }
}

std::string authorization(std::string_view key) {
  if (equalsIgnoringCase(key.substr(0, bearer.size()), bearer)) return std::string(key);
  return "Bearer " + std::string(key);
}

Headers requestHeaders(const Headers& operation, std::string_view key, const FetchOptions& fetch,
                       const TransportOptions& transport) {
  Headers headers = operation;
  if (!key.empty()) headers.set("Authorization", authorization(key));
  if (fetch.referrer) headers.set("Referer", *fetch.referrer);
  const bool framesBody = operation.find("Content-Type") != nullptr;
  for (const Header& header : fetch.headers) {
    if (framesBody && equalsIgnoringCase(header.name, "Content-Type")) continue;
    headers.set(header.name, header.value);
  }
  std::string agent(userAgent);
  if (!transport.userAgentSuffix.empty()) agent += " " + transport.userAgentSuffix;
  headers.set("User-Agent", std::move(agent));
  return headers;
}

Result<void> checkHeaders(const Headers& headers) {
  for (const Header& header : headers) {
    if (!isToken(header.name)) {
      return ErrorMaker::invalidRequest("Invalid header name: expected letters, digits and dashes");
    }
    if (!isFieldValue(header.value)) {
      return ErrorMaker::invalidRequest("Invalid value of the header " + header.name +
                                        ": it holds a line break or another control character");
    }
  }
  return {};
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
