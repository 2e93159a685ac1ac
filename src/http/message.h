// HTTP messages as values: what parse_head() makes of a request's head, and what a Service answers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "http/file_content.h"

namespace argot::http {

enum class Method { get, head, post, put, delete_, patch, options, other };

// Borrowed from the bytes that were parsed; the value has no white space around it.
struct HeaderView {
  std::string_view name;
  std::string_view value;
};

// How the body is framed (RFC 9112 section 6): not at all, by Content-Length, or in chunks.
struct BodyFraming {
  enum class Kind { none, length, chunked };
  Kind kind = Kind::none;
  std::uint64_t length = 0;  // of Kind::length

  bool has_body() const { return kind == Kind::chunked || (kind == Kind::length && length > 0); }
};

// The head of a request. It borrows the bytes it was parsed from and lives no longer than they do.
struct Request {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;  // as sent
  std::string_view path;    // the target before '?', not decoded
  std::string_view query;   // the target after '?', not decoded
  std::vector<HeaderView> headers;
  BodyFraming framing;
  bool is_http_1_0 = false;
  bool keep_alive = true;         // what the version and Connection ask for
  bool expects_continue = false;  // Expect: 100-continue
  WallTime received_at;           // when its head was there: said by who reads, not parse_head()

  // The first header of that name, in any case; nothing if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct Header {
  std::string name;
  std::string value;
};

// A whole reply, but for what the connection adds: Date, Content-Length, Connection.
struct Response {
  using Body = std::variant<std::string, std::unique_ptr<FileContent>>;

  int status = 200;
  std::vector<Header> headers;
  Body body;
  bool close = false;  // close the connection after this reply

  std::uint64_t body_bytes() const;
};

}  // namespace argot::http
