#include "http/request_target.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "http/characters.h"

namespace argot::http {

namespace {

constexpr std::string_view root = "/";

// The part after "scheme://", or nothing if `target` does not start with a scheme that is served.
std::optional<std::string_view> after_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      return target.substr(scheme.size());
    }
  }
  return std::nullopt;
}

RequestTarget split_query(std::string_view authority, std::string_view path_and_query) {
  const std::size_t mark = path_and_query.find('?');
  RequestTarget target{.authority = authority, .path = path_and_query.substr(0, mark), .query = {}};
  if (mark != std::string_view::npos) target.query = path_and_query.substr(mark + 1);
  if (target.path.empty()) target.path = root;
  return target;
}

bool is_port(std::string_view text) {
  constexpr std::uint64_t port_max = 65'535;
  if (text.empty()) return true;  // RFC 3986 section 3.2.3 allows "host:"
  const std::optional<std::uint64_t> port = parse_decimal(text);
  return text.size() <= 5 && port && *port <= port_max;
}

// reg-name of RFC 3986; IPv4 addresses look like one.
bool is_registered_name(std::string_view text) {
  constexpr std::string_view others = "-._~!$&'()*+,;=";
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_alpha(c) || is_digit(c) || others.find(c) != std::string_view::npos) continue;
    const bool is_escape = c == '%' && at + 2 < text.size() && hex_value(text[at + 1]) >= 0 &&
                           hex_value(text[at + 2]) >= 0;
    if (!is_escape) return false;
    at += 2;
  }
  return !text.empty();
}

// The inside of the brackets. What the groups of digits mean is of no interest here.
bool is_ip_literal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return hex_value(c) >= 0 || c == ':' || c == '.';
  });
}

}  // namespace

Result<RequestTarget> split_target(std::string_view target) {
  if (!std::ranges::all_of(target, [](char c) { return is_visible(c) && c != '#'; })) {
    return fail(ErrorCode::bad_framing, "the request target holds a character it may not hold");
  }
  if (target.starts_with('/')) return split_query({}, target);

  const std::optional<std::string_view> rest = after_scheme(target);
  if (!rest) return fail(ErrorCode::bad_framing, "the request target is not a path");
  const std::size_t end = std::min(rest->find_first_of("/?"), rest->size());
  const std::string_view authority = rest->substr(0, end);
  if (!is_host(authority)) {
    return fail(ErrorCode::bad_framing, "the request target names no valid host");
  }
  return split_query(authority, rest->substr(end));
}

bool is_host(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ip_literal(text.substr(1, end - 1))) return false;
    const std::string_view rest = text.substr(end + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (!is_registered_name(text.substr(0, colon))) return false;
  return colon == text.size() || is_port(text.substr(colon + 1));
}

}  // namespace argot::http
