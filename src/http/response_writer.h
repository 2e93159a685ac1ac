// The bytes of a reply's head: status line, the service's headers, and what the connection adds to
// them (Date, Content-Length, Connection).
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace argot::http {

// The interim reply to a request with Expect: 100-continue.
inline constexpr std::string_view continue_100 = "HTTP/1.1 100 Continue\r\n\r\n";

// What the connection knows of the request that is answered.
struct ResponseContext {
  WallTime now;
  bool is_http_1_0 = false;
  bool keep_alive = true;  // both sides want to go on; Response::close overrides it
  bool is_encrypted = false;
};

// Whether the connection goes on after this reply; write_head() tells the client the same.
bool stays_open(const Response& response, const ResponseContext& context);

// The head with its empty line. Content-Length is the body's size, also for the reply to a HEAD,
// whose body is not sent; 1xx, 204 and 304 have none. A CR, LF or NUL in a header, or a header of
// the connection's own among the service's, is a broken invariant and ends the process: no header
// can be injected, no reply can be split.
std::string write_head(const Response& response, const ResponseContext& context);

// "Not Found"; empty for a status that has no phrase.
std::string_view reason_phrase(int status);

}  // namespace argot::http
