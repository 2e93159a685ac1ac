#include "http/head_parser.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.h"
#include "http/characters.h"
#include "http/head_tokens.h"
#include "http/malformed.h"
#include "http/request_target.h"

namespace argot::http {

namespace {

// Where the request line starts: behind the empty lines that some clients send after a body.
Result<std::size_t> skip_empty_lines(std::string_view received, std::size_t lines_max) {
  std::size_t begin = 0;
  for (std::size_t lines = 0; received.substr(begin).starts_with("\r\n"); ++lines) {
    if (lines == lines_max) return malformed("too many empty lines before the request");
    begin += 2;
  }
  return begin;
}

// The first byte from `at` on that may mean something, or stands at `stop`.
std::size_t skip_ordinary(std::string_view text, std::size_t at, std::size_t stop) {
  stop = std::min(stop, text.size());
  while (at < stop && static_cast<unsigned char>(text[at]) > '\r') ++at;
  return at;
}

std::unexpected<Error> too_much(ErrorCode code, std::size_t bytes_max) {
  return fail(code, "more than " + std::to_string(bytes_max) + " bytes");
}

Method method_of(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Method>, 7> methods{{
      {"GET", Method::get},
      {"HEAD", Method::head},
      {"POST", Method::post},
      {"PUT", Method::put},
      {"DELETE", Method::delete_},
      {"PATCH", Method::patch},
      {"OPTIONS", Method::options},
  }};
  const auto* const found =
      std::ranges::find(methods, text, &std::pair<std::string_view, Method>::first);
  return found == methods.end() ? Method::other : found->second;
}

// A header that may stand in a head once.
struct SoleHeader {
  std::size_t count = 0;
  std::string_view value;  // of the last one

  void add(std::string_view another) {
    ++count;
    value = another;
  }
};

// The headers that decide where a request ends and to whom it goes.
struct FramingHeaders {
  SoleHeader host;
  SoleHeader content_length;
  SoleHeader transfer_encoding;
};

// Some gateways take `_` for `-`, so a framing header spelt that way means something to one of two
// readers.
bool is_disguised(std::string_view name) {
  if (name.find('_') == std::string_view::npos) return false;
  std::string dashed(name);
  std::ranges::replace(dashed, '_', '-');
  return equals_ignoring_case(dashed, "Content-Length") ||
         equals_ignoring_case(dashed, "Transfer-Encoding");
}

Result<FramingHeaders> gather_framing(const std::vector<HeaderView>& headers) {
  FramingHeaders framing;
  for (const HeaderView& header : headers) {
    if (equals_ignoring_case(header.name, "Host")) {
      framing.host.add(header.value);
    } else if (equals_ignoring_case(header.name, "Content-Length")) {
      framing.content_length.add(header.value);
    } else if (equals_ignoring_case(header.name, "Transfer-Encoding")) {
      framing.transfer_encoding.add(header.value);
    } else if (is_disguised(header.name)) {
      return malformed("the header " + std::string(header.name) + " is spelt with underscores");
    }
  }
  return framing;
}

// RFC 9112 section 3.2.
Result<> check_host(const SoleHeader& host, const RequestTarget& target, bool is_http_1_0) {
  if (host.count > 1) return malformed("more than one Host header");
  if (host.count == 0) {
    if (!is_http_1_0) return malformed("no Host header");
    return {};
  }
  if (!is_host(host.value)) return malformed("the Host header names no valid host");
  if (!target.authority.empty() && !equals_ignoring_case(target.authority, host.value)) {
    return malformed("the request target and the Host header name different hosts");
  }
  return {};
}

// RFC 9112 sections 6.1 and 6.3: a body whose last coding is not chunked has no known end, which is
// the client's fault; a coding that is merely unknown to us, underneath chunked, is ours.
Result<> check_transfer_coding(std::string_view value) {
  if (equals_ignoring_case(value, "chunked")) return {};
  const std::size_t comma = value.rfind(',');
  const std::string_view last = trim_blanks(value.substr(comma + 1));
  if (comma == std::string_view::npos || !equals_ignoring_case(last, "chunked")) {
    return malformed("the last transfer coding is not chunked");
  }
  std::string_view rest = value;
  rest.remove_suffix(value.size() - comma);
  const std::string codings = to_lower(rest);
  if (trim_blanks(codings).empty() || codings.find("chunked") != std::string::npos) {
    return malformed("malformed Transfer-Encoding");
  }
  return fail(ErrorCode::transfer_coding_unsupported, std::string(rest));
}

Result<BodyFraming> body_framing(const FramingHeaders& headers, bool is_http_1_0) {
  if (headers.transfer_encoding.count > 0) {
    if (is_http_1_0) return malformed("Transfer-Encoding in HTTP/1.0");
    if (headers.content_length.count > 0) {
      return malformed("both Content-Length and Transfer-Encoding");
    }
    if (headers.transfer_encoding.count > 1) {
      return malformed("more than one Transfer-Encoding header");
    }
    TRY_DO(check_transfer_coding(headers.transfer_encoding.value));
    return BodyFraming{.kind = BodyFraming::Kind::chunked, .length = 0};
  }
  if (headers.content_length.count == 0) return BodyFraming{};
  if (headers.content_length.count > 1) return malformed("more than one Content-Length header");
  // One number in digits: not a list of equal ones, no sign, no overflow.
  const std::optional<std::uint64_t> length = parse_decimal(headers.content_length.value);
  if (!length) return malformed("Content-Length is not a number");
  return BodyFraming{.kind = BodyFraming::Kind::length, .length = *length};
}

// RFC 9112 section 9.3: "close" wins whatever else is said; only 1.1 goes on by itself.
bool wants_keep_alive(const std::vector<HeaderView>& headers, bool is_http_1_0) {
  bool says_keep_alive = false;
  for (const HeaderView& header : headers) {
    if (!equals_ignoring_case(header.name, "Connection")) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      const std::string_view option = trim_blanks(rest.substr(0, comma));
      if (equals_ignoring_case(option, "close")) return false;
      if (equals_ignoring_case(option, "keep-alive")) says_keep_alive = true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return says_keep_alive || !is_http_1_0;
}

// RFC 9110 section 10.1.1. True if the client waits for an interim reply.
Result<bool> expects_continue(const Request& request) {
  bool expects = false;
  for (const HeaderView& header : request.headers) {
    if (!equals_ignoring_case(header.name, "Expect")) continue;
    if (!equals_ignoring_case(header.value, "100-continue")) {
      return fail(ErrorCode::expectation_failed, std::string(header.value));
    }
    expects = true;
  }
  return expects && !request.is_http_1_0 && request.framing.has_body();
}

}  // namespace

Result<std::optional<std::size_t>> find_head_end(std::string_view received, std::size_t searched,
                                                 const HeadLimits& limits) {
  TRY(const std::size_t begin, skip_empty_lines(received, limits.leading_empty_lines));
  // The last byte seen is looked at again: it may be a CR whose LF has only come now.
  std::size_t at = searched > begin ? searched - 1 : begin;
  bool in_request_line = received.substr(begin, at - begin).find('\n') == std::string_view::npos;
  for (;; ++at) {
    const std::size_t line_end_max =
        in_request_line ? begin + limits.request_line_bytes : limits.head_bytes;
    at = skip_ordinary(received, at, std::min(line_end_max, limits.head_bytes));
    if (at >= received.size()) return std::nullopt;
    if (at >= limits.head_bytes) {
      return too_much(ErrorCode::headers_too_large, limits.head_bytes);
    }
    switch (received[at]) {
      case '\0':
        return malformed("a NUL in the head");
      case '\r':
        if (at + 1 < received.size() && received[at + 1] != '\n') {
          return malformed("a bare CR in the head");
        }
        break;
      case '\n':
        if (at == begin || received[at - 1] != '\r') return malformed("a bare LF in the head");
        if (received.substr(begin, at + 1 - begin).ends_with("\r\n\r\n")) return at + 1;
        in_request_line = false;
        break;
      default:
        if (in_request_line && at >= line_end_max) {
          return too_much(ErrorCode::uri_too_long, limits.request_line_bytes);
        }
    }
  }
}

Result<Request> parse_head(std::string_view head, const HeadLimits& limits) {
  TRY(const std::size_t begin, skip_empty_lines(head, limits.leading_empty_lines));
  TRY(HeadTokens tokens, tokenize_head(head.substr(begin), limits.header_count));
  TRY(const RequestTarget target, split_target(tokens.target));
  TRY(const FramingHeaders framing, gather_framing(tokens.headers));
  TRY_DO(check_host(framing.host, target, tokens.is_http_1_0));

  Request request;
  request.method = method_of(tokens.method);
  request.method_text = tokens.method;
  request.target = tokens.target;
  request.path = target.path;
  request.query = target.query;
  request.headers = std::move(tokens.headers);
  request.is_http_1_0 = tokens.is_http_1_0;
  request.keep_alive = wants_keep_alive(request.headers, request.is_http_1_0);
  TRY(request.framing, body_framing(framing, request.is_http_1_0));
  TRY(request.expects_continue, expects_continue(request));
  return request;
}

}  // namespace argot::http
