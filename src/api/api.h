// The Files API as an http::Service: routes, authentication, and the one way that errors become
// replies. net/ drives it over sockets, tests/support/in_process.h without them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "api/auth.h"
#include "api/job.h"
#include "api/request_metrics.h"
#include "api/request_record.h"
#include "api/routes.h"
#include "api/upload_rate.h"
#include "api/upload_slots.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "files/library.h"
#include "http/service.h"

namespace argot::api {

// What the Api works with; all of it must outlive the Api.
struct ApiParts {
  files::Library& library;
  catalog::Catalog& catalog;
  const Clock& clock;
  Random& random;
  Log& log;
};

struct ApiOptions {
  AuthOptions auth;
  std::size_t uploads_max = limits::uploads_max;     // in flight at once
  std::optional<std::uint64_t> uploads_per_key_max;  // of those; nothing: all
  // Of one key, or of the organisation where no key is asked for; nothing: no limit.
  std::optional<std::uint64_t> uploads_per_minute;
};

// Thread-safe. It must outlive the exchanges that begin() returns.
class Api final : public http::Service {
 public:
  Api(const ApiParts& parts, ApiOptions options);

  // What reads metadata is answered at once; uploads, deletes and downloads are exchanges.
  http::Begun begin(const http::Request& request) override;
  // Whatever looks at a catalogue whose reads wait.
  bool begin_waits(const http::Request& request) const override;
  // Such a connection cannot go on, so each of these replies closes it.
  http::Response refuse(const http::Request* request, const Error& error) override;

  // From now on /readyz says that no more requests should come; those that come are served.
  void set_draining() { draining_.store(true, std::memory_order_relaxed); }

  std::size_t uploads_in_flight() const { return upload_slots_.taken(); }
  const RequestMetrics& metrics() const { return metrics_; }

 private:
  Result<Answer> answer(const http::Request& request, RequestRecord& record);
  Result<Answer> answer_caller(const RouteMatch& match, const Caller& caller,
                               const http::Request& request);
  Result<Answer> answer_anyone(Operation operation);

  files::Library& library_;
  catalog::Catalog& catalog_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  RequestMetrics metrics_;
  Authenticator authenticator_;
  UploadSlots upload_slots_;
  UploadRate upload_rate_;
  std::atomic<bool> draining_ = false;
};

}  // namespace argot::api
