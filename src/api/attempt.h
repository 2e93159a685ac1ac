// Which try of a create this is, as its head says it: clients send a request again when the reply
// to it is lost.
#pragma once

#include "api/auth.h"
#include "base/result.h"
#include "catalog/records.h"
#include "http/message.h"

namespace argot::api {

// From `Idempotency-Key` and `X-Stainless-Retry-Count`, which the official SDKs send unasked; a
// count that is none is passed over. Error: invalid_request (a key that is too long).
Result<catalog::Attempt> attempt_of(const http::Request& request, const Caller& caller);

// Whether an earlier try may have been done.
inline bool may_be_done(const catalog::Attempt& attempt) {
  return attempt.retry_count > 0 || !attempt.idempotency_key.empty();
}

}  // namespace argot::api
