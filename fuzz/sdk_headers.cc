// Names and values of header fields as users of the SDK may give them, in every place where they
// can: either nothing is sent, or the head of the request has the fields that it should have and no
// line more.
//
// Input: a byte that picks the place, a byte with the length of the name, the name, the value.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "detail/request_headers.hpp"
#include "fetch/request_check.h"

namespace argot::openai {
namespace {

constexpr std::string_view canary = "s3cret-canary";

struct Given {
  std::string name{};
  std::string value{};
};

// The fields of a call with `given` at the place that `place` picks; the name of that field.
std::pair<Headers, std::string> headersWith(const Given& given, unsigned place) {
  const Headers operation{{"Accept", "application/json"}, {"Content-Type", "text/plain"}};
  FetchOptions fetch{.headers = {{"X-First", "1"}}};
  TransportOptions transport;
  std::string key = "sk-test";
  std::string name = given.name;
  switch (place % 6) {
    case 0:
      fetch.headers.append(given.name, given.value);
      break;
    case 1:
      fetch.headers.set(given.name, given.value);
      break;
    case 2:
      key = given.value;
      name = "Authorization";
      break;
    case 3:
      transport.userAgentSuffix = given.value;
      name = "User-Agent";
      break;
    case 4:
      fetch.referrer = given.value;
      name = "Referer";
      break;
    default:
      name = "X-First";
      fetch.headers.set(name, given.value);
      break;
  }
  return {detail::requestHeaders(operation, key, fetch, transport), name};
}

std::string blockOf(const Headers& headers) {
  std::string block;
  for (const Header& header : headers) {
    block.append(header.name).append(": ").append(header.value).append("\r\n");
  }
  return block;
}

bool isControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

// Takes `block` apart again, as a server does.
void checkBlock(std::string_view block, const Headers& headers) {
  for (const Header& header : headers) {
    const std::size_t end = block.find("\r\n");
    ASSERT(end != std::string_view::npos);
    const std::string_view line = block.substr(0, end);
    ASSERT(std::ranges::none_of(line, isControl));
    const std::size_t colon = line.find(':');
    ASSERT(colon != 0 && line.substr(0, colon) == header.name);
    ASSERT(line.substr(colon) == ": " + header.value);
    block.remove_prefix(end + 2);
  }
  ASSERT(block.empty());
}

// What the transport refuses itself, because it is its own to set.
bool isReserved(const fetch::Request& request) {
  const auto refusal = fetch::refusal_of(request);
  return refusal && refusal->ends_with("is the client's own to set");
}

void check(const Given& given, unsigned place) {
  const auto [headers, name] = headersWith(given, place);
  // Of each name there is one, and of the user's names at most one is new.
  ASSERT(headers.size() <= 6);
  for (const Header& header : headers) {
    ASSERT(std::ranges::count_if(headers, [&](const Header& other) {
             return equals_ignoring_case(header.name, other.name);
           }) == 1);
  }
  ASSERT(*headers.find("Content-Type") == "text/plain");
  ASSERT(headers.find("User-Agent")->starts_with("speakeasy-sdk/cpp "));

  fetch::Request request{.url = "https://files.test/v1"};
  for (const Header& header : headers) request.headers.push_back({header.name, header.value});
  const Result<void> checked = detail::checkHeaders(headers);
  if (checked.ok()) {
    checkBlock(blockOf(headers), headers);
    ASSERT(!fetch::refusal_of(request) || isReserved(request));
    return;
  }
  ASSERT(checked.error().as<InvalidRequestError>() != nullptr);
  ASSERT(!std::string_view(checked.error().what()).contains(canary) || given.name.contains(canary));
  ASSERT(fetch::refusal_of(request));
}

}  // namespace
}  // namespace argot::openai

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const unsigned place = data[0];
  const std::size_t length = data[1];
  text.remove_prefix(2);
  const std::string_view name = text.substr(0, length);
  const std::string_view value = text.substr(name.size());
  argot::openai::check({.name = std::string(name), .value = std::string(value)}, place);
  const std::string secret(argot::openai::canary);
  argot::openai::check({.name = std::string(name), .value = secret + std::string(value)}, place);
  return 0;
}
