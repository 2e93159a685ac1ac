#include "http/response_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "base/text.h"
#include "http/dates.h"

namespace argot::http {

namespace {

bool is_single_line(std::string_view text) {
  using namespace std::string_view_literals;
  return text.find_first_of("\r\n\0"sv) == std::string_view::npos;
}

bool has_content_length(int status) { return status >= 200 && status != 204 && status != 304; }

// A second one of these, from the service, would contradict what the connection says.
bool frames_the_reply(std::string_view name) {
  constexpr std::array<std::string_view, 4> names{"Connection", "Content-Length", "Date",
                                                  "Transfer-Encoding"};
  return std::ranges::any_of(
      names, [name](std::string_view framing) { return equals_ignoring_case(name, framing); });
}

void append_header(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool stays_open(const Response& response, const ResponseContext& context) {
  return context.keep_alive && !response.close;
}

std::string write_head(const Response& response, const ResponseContext& context) {
  ASSERT(response.status >= 100 && response.status <= 599);
  constexpr std::size_t usual_bytes = 512;
  std::string head;
  head.reserve(usual_bytes);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_phrase(response.status)).append("\r\n");
  for (const Header& header : response.headers) {
    ASSERT(!header.name.empty() && is_single_line(header.name) && is_single_line(header.value));
    ASSERT(!frames_the_reply(header.name));
    append_header(head, header.name, header.value);
  }
  if (context.is_encrypted) {
    // A year, in which browsers come back encrypted (RFC 6797).
    append_header(head, "Strict-Transport-Security", "max-age=31536000");
  }
  append_header(head, "Date", format_date(unix_seconds(context.now)));
  if (has_content_length(response.status)) {
    append_header(head, "Content-Length", std::to_string(response.body_bytes()));
  }
  if (!stays_open(response, context)) {
    append_header(head, "Connection", "close");
  } else if (context.is_http_1_0) {
    // 1.1 clients expect it; 1.0 clients have to be told (RFC 9112 section 9.3).
    append_header(head, "Connection", "keep-alive");
  }
  head.append("\r\n");
  return head;
}

std::string_view reason_phrase(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 32> phrases{{
      {100, "Continue"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {302, "Found"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {406, "Not Acceptable"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  }};
  for (const auto& [known, phrase] : phrases) {
    if (known == status) return phrase;
  }
  return {};
}

}  // namespace argot::http
