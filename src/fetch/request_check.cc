#include "fetch/request_check.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "fetch/origin.h"

namespace argot::fetch {

namespace {

// What the client itself says about the connection and the extent of the message.
constexpr std::array<std::string_view, 8> reserved_names{
    "connection", "content-length",    "expect", "keep-alive", "te",
    "trailer",    "transfer-encoding", "upgrade"};

// The letters, digits and marks of RFC 9110 section 5.6.2.
constexpr auto token_chars = [] {
  std::array<bool, 256> is_one{};
  for (char c = 'a'; c <= 'z'; ++c) is_one[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) is_one[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) is_one[static_cast<unsigned char>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    is_one[static_cast<unsigned char>(c)] = true;
  }
  return is_one;
}();

bool is_token_char(char c) { return token_chars[static_cast<unsigned char>(c)]; }

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

std::optional<std::string> refusal_of(const Header& header) {
  if (!is_token(header.name)) return "the name of a header is empty or has a forbidden character";
  const auto is_its = [&](std::string_view name) {
    return equals_ignoring_case(name, header.name);
  };
  if (std::ranges::any_of(reserved_names, is_its)) {
    return "the header " + header.name + " is the client's own to set";
  }
  if (!is_field_value(header.value)) {
    return "the value of the header " + header.name + " has a control character";
  }
  return std::nullopt;
}

// Without parsing the whole, which is curl's, and which it does anyway.
bool seems_fetchable(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return false;
  const std::string_view scheme = url.substr(0, scheme_end);
  if (!equals_ignoring_case(scheme, "http") && !equals_ignoring_case(scheme, "https")) return false;
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  return !authority.empty() && authority.find('@') == std::string_view::npos && is_visible(url);
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_field_value(std::string_view text) { return std::ranges::all_of(text, is_value_char); }

std::optional<std::string> refusal_of(const Request& request) {
  if (!is_token(request.method) || request.method == "CONNECT") {
    return "the method is none that can be sent";
  }
  if (request.method == "HEAD" && request.body != nullptr) return "a HEAD request has no body";
  if (!seems_fetchable(request.url)) {
    return "the URL is not absolute, http or https, without user and free of control characters";
  }
  for (const Header& header : request.headers) {
    if (auto refusal = refusal_of(header)) return refusal;
  }
  return std::nullopt;
}

}  // namespace argot::fetch
