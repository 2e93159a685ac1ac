#include "api/api.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "api/create_file.h"
#include "api/delete_file.h"
#include "api/file_content.h"
#include "api/file_report.h"
#include "api/health.h"
#include "api/list_files.h"
#include "api/openapi.h"
#include "api/replies.h"
#include "api/retrieve_file.h"
#include "api/uploads.h"
#include "base/assert.h"
#include "base/ids.h"
#include "base/quoting.h"

namespace argot::api {
namespace {

// A job as a connection sees it: with the headers of every reply, and its line in the log.
class JobExchange final : public http::Exchange {
 public:
  JobExchange(RequestRecord record, std::unique_ptr<Job> job)
      : record_(std::move(record)), job_(std::move(job)) {}
  ~JobExchange() override {
    if (!is_concluded_) record_.abandon();
  }
  JobExchange(const JobExchange&) = delete;
  JobExchange& operator=(const JobExchange&) = delete;

  http::Flow write(Bytes chunk) override {
    record_.add_received(chunk.size());
    return job_->write(chunk);
  }

  http::Response finish() override {
    ASSERT(!is_concluded_);
    is_concluded_ = true;
    auto reply = job_->finish();
    // What an upload holds is given back before its reply is seen.
    job_ = nullptr;
    if (reply) return record_.conclude(*std::move(reply));
    return record_.conclude(error_reply(reply.error()), &reply.error());
  }

 private:
  RequestRecord record_;
  std::unique_ptr<Job> job_;
  bool is_concluded_ = false;
};

// A malformed id is an unknown one, and never looked up.
Result<> check_id(const RouteMatch& match) {
  const std::string_view pattern = match.route->pattern;
  if (pattern.contains("{file_id}") && !is_file_id(match.id)) {
    return fail(ErrorCode::file_not_found, shortened(match.id));
  }
  if (pattern.contains("{upload_id}") && !is_timed_id("upload_", match.id)) {
    return fail(ErrorCode::upload_not_found, shortened(match.id));
  }
  return {};
}

}  // namespace

Api::Api(const ApiParts& parts, ApiOptions options)
    : library_(parts.library),
      catalog_(parts.catalog),
      clock_(parts.clock),
      random_(parts.random),
      log_(parts.log),
      authenticator_(parts.catalog, parts.clock, std::move(options.auth)),
      upload_slots_(options.uploads_max, options.uploads_per_key_max),
      upload_rate_(options.uploads_per_minute, parts.clock) {}

http::Begun Api::begin(const http::Request& request) {
  RequestRecord record(&request, clock_, random_, log_, metrics_);
  auto answered = answer(request, record);
  if (!answered) {
    const Error& error = answered.error();
    http::Response reply = error_reply(error);
    if (error.code == ErrorCode::method_not_allowed) {
      reply.headers.push_back({"Allow", allowed_methods(request.path)});
    }
    return record.conclude(std::move(reply), &error);
  }
  if (auto* const reply = std::get_if<http::Response>(&*answered)) {
    return record.conclude(std::move(*reply));
  }
  return std::make_unique<JobExchange>(std::move(record),
                                       std::get<std::unique_ptr<Job>>(*std::move(answered)));
}

bool Api::begin_waits(const http::Request& request) const {
  if (!catalog_.reads_wait()) return false;
  const auto match = find_route(request);
  if (!match) return false;
  const Route& route = *match->route;
  return route.permission.has_value() || route.operation == Operation::readiness;
}

http::Response Api::refuse(const http::Request* request, const Error& error) {
  RequestRecord record(request, clock_, random_, log_, metrics_);
  if (request != nullptr) {
    if (const auto match = find_route(*request)) record.set_route(*match->route);
  }
  http::Response reply = error_reply(error);
  reply.close = true;
  return record.conclude(std::move(reply), &error);
}

Result<Answer> Api::answer(const http::Request& request, RequestRecord& record) {
  TRY(const RouteMatch match, find_route(request));
  record.set_route(*match.route);
  const std::optional<catalog::Permission> needed = match.route->permission;
  if (!needed) return answer_anyone(match.route->operation);

  TRY(const Caller caller, authenticator_.authenticate(request));
  record.set_caller(caller);
  TRY_DO(require(caller, *needed));
  return answer_caller(match, caller, request);
}

Result<Answer> Api::answer_caller(const RouteMatch& match, const Caller& caller,
                                  const http::Request& request) {
  TRY_DO(check_id(match));
  switch (match.route->operation) {
    case Operation::list_files:
      return list_files(library_, caller, request.query);
    case Operation::retrieve_file:
      return retrieve_file(library_, caller, match.id);
    case Operation::create_file:
      TRY_DO(upload_rate_.admit(caller.rate_key()));
      return create_file(library_, upload_slots_, caller, request);
    case Operation::delete_file:
      return delete_file(library_, caller, match.id);
    case Operation::file_report:
      return file_report(library_, caller, match.id);
    case Operation::file_content:
      return file_content(
          {.library = library_, .clock = clock_, .scope = caller.scope, .file_id = match.id},
          request);
    case Operation::create_upload:
      TRY_DO(upload_rate_.admit(caller.rate_key()));
      return create_upload(library_, caller);
    case Operation::add_upload_part:
      return add_upload_part(library_, upload_slots_, caller, request, match.id);
    case Operation::complete_upload:
      return complete_upload(library_, caller, match.id);
    case Operation::cancel_upload:
      return cancel_upload(library_, caller, match.id);
    case Operation::health:
    case Operation::readiness:
    case Operation::openapi:
      break;
  }
  std::unreachable();
}

Result<Answer> Api::answer_anyone(Operation operation) {
  switch (operation) {
    case Operation::health:
      return health();
    case Operation::readiness:
      return readiness(catalog_,
                       draining_.load(std::memory_order_relaxed) ? Drain::draining : Drain::no);
    case Operation::openapi:
      return json_reply(200, std::string(openapi_document()));
    case Operation::list_files:
    case Operation::create_file:
    case Operation::retrieve_file:
    case Operation::delete_file:
    case Operation::file_content:
    case Operation::file_report:
    case Operation::create_upload:
    case Operation::add_upload_part:
    case Operation::complete_upload:
    case Operation::cancel_upload:
      break;
  }
  std::unreachable();
}

}  // namespace argot::api
