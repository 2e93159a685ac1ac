#include "server/admin_service.h"

#include <string>
#include <utility>

#include "api/replies.h"
#include "base/metrics_text.h"
#include "base/quoting.h"

namespace argot::server {

// Requests for metrics are neither logged nor counted: they come every few seconds, and would be
// most of what a quiet server does.
http::Begun AdminService::begin(const http::Request& request) {
  if (request.path == "/metrics") return metrics(request);
  if (request.path == "/healthz" || request.path == "/readyz") return api_.begin(request);
  return api::error_reply(
      {.code = ErrorCode::unknown_url,
       .detail = std::string(request.method_text) + " " + shortened(request.path),
       .param = {}});
}

bool AdminService::begin_waits(const http::Request& request) const {
  if (request.path == "/metrics") return sources_.catalog.reads_wait();
  return api_.begin_waits(request);
}

http::Response AdminService::refuse(const http::Request* /*request*/, const Error& error) {
  http::Response reply = api::error_reply(error);
  reply.close = true;
  return reply;
}

http::Response AdminService::metrics(const http::Request& request) const {
  if (request.method != http::Method::get && request.method != http::Method::head) {
    http::Response refused = api::error_reply(
        {.code = ErrorCode::method_not_allowed,
         .detail = std::string(request.method_text) + " on " + shortened(request.path),
         .param = {}});
    refused.headers.push_back({"Allow", "GET, HEAD"});
    return refused;
  }
  http::Response reply;
  reply.headers.push_back({"Content-Type", std::string(MetricsText::content_type)});
  reply.headers.push_back({"Cache-Control", "no-store"});
  reply.body = metrics_text(sources_);
  return reply;
}

}  // namespace argot::server
