// Plays requests against an http::Service without sockets: the bytes of a request go in, its reply
// comes out as a client would read it. Framing is that of http/, as on a connection.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/bytes.h"
#include "base/clock.h"
#include "http/body_decoder.h"
#include "http/head_parser.h"
#include "http/response_writer.h"
#include "http/service.h"
#include "tests/support/socket_client.h"

namespace argot::testing {

// What a connection would send; false if a block does not pass its check.
inline bool read_content(http::FileContent& content, std::string& body) {
  while (body.size() < content.size()) {
    const std::uint64_t ready = content.ready_from(body.size());
    if (ready == 0) {
      if (!content.prepare(body.size()) || content.ready_from(body.size()) == 0) return false;
      continue;
    }
    const std::size_t have = body.size();
    const http::FileRegion region = content.region_at(have);
    if (region.descriptor < 0) {
      body += as_text(content.bytes_at(have));
      continue;
    }
    body.resize(have + static_cast<std::size_t>(ready));
    const ssize_t got = ::pread(region.descriptor, body.data() + have,
                                static_cast<std::size_t>(ready), static_cast<off_t>(region.offset));
    if (got != static_cast<ssize_t>(ready)) return false;
  }
  return true;
}

// One request at a time, each on a connection of its own. `service` and `clock` must outlive it.
class InProcessClient {
 public:
  InProcessClient(http::Service& service, const Clock& clock) : service_(service), clock_(clock) {}

  // Sends the bytes of one request, its body in pieces of at most `piece_bytes`. Nothing if the
  // connection would have ended without a whole reply: the body broke off, or content is damaged.
  std::optional<WireReply> send(std::string_view request_bytes, std::size_t piece_bytes = 4'096) {
    std::optional<http::Request> request;
    const std::size_t head_bytes = read_head(request_bytes, request);
    if (refusal_) return received(*std::exchange(refusal_, std::nullopt), nullptr);

    http::Begun begun = service_.begin(*request);
    if (auto* const reply = std::get_if<http::Response>(&begun)) {
      return received(std::move(*reply), &*request);
    }
    auto reply = run(*std::get<std::unique_ptr<http::Exchange>>(std::move(begun)), *request,
                     request_bytes.substr(head_bytes), piece_bytes);
    if (!reply) return std::nullopt;
    return received(*std::move(reply), &*request);
  }

 private:
  // The size of the head; where it is malformed, refusal_ is set instead.
  std::size_t read_head(std::string_view bytes, std::optional<http::Request>& request) {
    const auto end = http::find_head_end(bytes, 0);
    if (!end || !*end) {
      const Error cut{.code = ErrorCode::request_timeout, .detail = {}, .param = {}};
      refusal_ = service_.refuse(nullptr, end ? cut : end.error());
      return 0;
    }
    auto parsed = http::parse_head(bytes.substr(0, **end));
    if (parsed) {
      request = *std::move(parsed);
      request->received_at = clock_.now();
    } else {
      refusal_ = service_.refuse(nullptr, parsed.error());
    }
    return **end;
  }

  std::optional<http::Response> run(http::Exchange& exchange, const http::Request& request,
                                    std::string_view body, std::size_t piece_bytes) {
    http::BodyDecoder decoder(request.framing);
    auto flow = http::Flow::more;
    while (flow == http::Flow::more && !decoder.done() && !body.empty()) {
      const auto step =
          decoder.step(as_bytes(body.substr(0, std::max<std::size_t>(piece_bytes, 1))));
      if (!step) return service_.refuse(&request, step.error());
      body.remove_prefix(step->consumed);
      if (!step->payload.empty()) flow = exchange.write(step->payload);
    }
    if (flow == http::Flow::more && !decoder.done()) return std::nullopt;
    return exchange.finish();
  }

  std::optional<WireReply> received(http::Response reply, const http::Request* request) const {
    const http::ResponseContext context{.now = clock_.now(),
                                        .is_http_1_0 = request != nullptr && request->is_http_1_0,
                                        .keep_alive = request == nullptr || request->keep_alive};
    WireReply seen;
    seen.status = reply.status;
    seen.head = http::write_head(reply, context);
    seen.head.resize(seen.head.size() - std::string_view("\r\n\r\n").size());
    if (request != nullptr && request->method == http::Method::head) return seen;
    if (auto* const text = std::get_if<std::string>(&reply.body)) {
      seen.body = std::move(*text);
    } else if (!read_content(*std::get<std::unique_ptr<http::FileContent>>(reply.body),
                             seen.body)) {
      return std::nullopt;
    }
    return seen;
  }

  http::Service& service_;
  const Clock& clock_;
  std::optional<http::Response> refusal_;
};

}  // namespace argot::testing
