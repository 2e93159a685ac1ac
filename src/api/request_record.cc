#include "api/request_record.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "api/error_catalogue.h"
#include "base/ids.h"
#include "base/quoting.h"
#include "http/query.h"

namespace argot::api {
namespace {

constexpr std::string_view request_id_prefix = "req_";
constexpr std::string_view openai_version = "2020-10-01";
constexpr std::string_view key_start = "sk-argot-";

// A protocol that we do not speak (501, 505) is the client's affair.
LogLevel level_of(int status) {
  switch (status) {
    case 500:
    case 507:
      return LogLevel::error;
    case 503:
      return LogLevel::warning;
    default:
      return LogLevel::info;
  }
}

// What the log says of an error. The details of a refusal are the client's own words and stay out;
// those of a failure are ours, and the reply does not have them.
std::string logged(const Error* error) {
  if (error == nullptr) return {};
  const bool is_ours = level_of(row_for(error->code).status) != LogLevel::info;
  return is_ours ? describe(*error) : std::string(name(error->code));
}

std::int64_t milliseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Where a text may have a key that is spelled with escapes; npos if it has none.
std::size_t find_escaped_key(std::string_view text) {
  const std::size_t escape = text.find('%');
  if (escape == std::string_view::npos) return escape;
  const std::optional<std::string> plain = http::decode_path_segment(text);
  return plain && !plain->contains(key_start) ? std::string_view::npos : escape;
}

// A key that came in the method or the path by mistake stays out of the log.
std::string loggable(std::string_view text) {
  const std::size_t key = text.find(key_start);
  const std::size_t cut = std::min(key, find_escaped_key(text));
  if (cut == std::string_view::npos) return shortened(text);
  return shortened(text.substr(0, cut)) + std::string(cut == key ? key_start : "") + "...";
}

}  // namespace

RequestRecord::RequestRecord(const http::Request* request, const Clock& clock, Random& random,
                             Log& log, RequestMetrics& metrics)
    : clock_(&clock),
      log_(&log),
      metrics_(&metrics),
      series_(&metrics.without_route(request == nullptr ? http::Method::other : request->method)),
      began_(clock.steady()),
      request_id_(mint_hex_id(request_id_prefix, random)) {
  if (request == nullptr) return;
  method_ = loggable(request->method_text);
  path_ = loggable(request->path);
}

void RequestRecord::set_route(const Route& route) {
  series_ = &metrics_->of_route(route);
  is_upload_ =
      route.operation == Operation::create_file || route.operation == Operation::add_upload_part;
}

void RequestRecord::set_caller(const Caller& caller) {
  key_public_id_ = caller.key_public_id;
  organization_id_ = caller.scope.organization_id;
  project_id_ = caller.project_id;
}

http::Response RequestRecord::conclude(http::Response reply, const Error* error) {
  const auto taken = clock_->steady() - began_;
  const std::int64_t taken_ms = milliseconds(taken);
  series_->answered(reply.status).add();
  series_->seconds.observe(std::chrono::duration<double>(taken).count());
  if (is_upload_ && error != nullptr) metrics_->count_refused_upload(error->code);
  reply.headers.push_back({"x-request-id", request_id_});
  reply.headers.push_back({"openai-processing-ms", std::to_string(taken_ms)});
  reply.headers.push_back({"openai-version", std::string(openai_version)});
  reply.headers.push_back({"X-Content-Type-Options", "nosniff"});
  if (!organization_id_.empty()) {
    reply.headers.push_back({"openai-organization", organization_id_});
    reply.headers.push_back({"openai-project", project_id_});
  }
  log_->write(level_of(reply.status), "request",
              {{"method", method_},
               {"path", path_},
               {"status", std::int64_t{reply.status}},
               {"ms", taken_ms},
               {"request_id", request_id_},
               {"key", key_public_id_},
               {"received_bytes", received_bytes_},
               {"sent_bytes", reply.body_bytes()},
               {"error", logged(error)}});
  return reply;
}

void RequestRecord::abandon() {
  series_->abandoned.add();
  log_->info("request_abandoned", {{"method", method_},
                                   {"path", path_},
                                   {"ms", milliseconds(clock_->steady() - began_)},
                                   {"request_id", request_id_},
                                   {"key", key_public_id_},
                                   {"received_bytes", received_bytes_}});
}

}  // namespace argot::api
