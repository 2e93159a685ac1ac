#include "api/health.h"

#include "api/replies.h"

namespace argot::api {

http::Response health() { return json_reply(200, "{\"status\":\"alive\"}\n"); }

Result<http::Response> readiness(catalog::Catalog& catalog, Drain drain) {
  if (drain == Drain::draining) return fail(ErrorCode::unavailable, "draining");
  if (auto checked = catalog.check(); !checked) {
    return fail(ErrorCode::unavailable, describe(checked.error()));
  }
  return json_reply(200, "{\"status\":\"ready\"}\n");
}

}  // namespace argot::api
