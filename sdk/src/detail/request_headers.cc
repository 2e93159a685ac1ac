#include "detail/request_headers.hpp"

#include "base/text.h"
#include "detail/error_maker.hpp"
#include "detail/total.hpp"
#include "detail/version.hpp"
#include "fetch/request_check.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

constexpr std::string_view bearer = "bearer ";

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
  if (equals_ignoring_case(key.substr(0, bearer.size()), bearer)) return std::string(key);
  return "Bearer " + std::string(key);
}

Headers requestHeaders(const Headers& operation, std::string_view key, const FetchOptions& fetch,
                       const TransportOptions& transport) {
  // A key, a referrer, an agent and what a call brings.
  constexpr std::size_t others = 4;
  Headers headers;
  headers.reserve(operation.size() + fetch.headers.size() + others);
  for (const Header& header : operation) headers.append(header.name, header.value);
  if (!key.empty()) headers.set("Authorization", authorization(key));
  if (fetch.referrer) headers.set("Referer", *fetch.referrer);
  const bool framesBody = operation.find("Content-Type") != nullptr;
  for (const Header& header : fetch.headers) {
    if (framesBody && equals_ignoring_case(header.name, "Content-Type")) continue;
    headers.set(header.name, header.value);
  }
  std::string agent(userAgent);
  if (!transport.userAgentSuffix.empty()) agent += " " + transport.userAgentSuffix;
  headers.set("User-Agent", std::move(agent));
  return headers;
}

Result<void> checkHeaders(const Headers& headers) {
  for (const Header& header : headers) {
    if (!fetch::is_token(header.name)) {
      return ErrorMaker::invalidRequest("Invalid header name: expected letters, digits and dashes");
    }
    if (!fetch::is_field_value(header.value)) {
      return ErrorMaker::invalidRequest("Invalid value of the header " + header.name +
                                        ": it holds a line break or another control character");
    }
  }
  return {};
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
