// What load balancers and orchestrators ask: does the process live, and should it get requests?
#pragma once

#include "base/result.h"
#include "catalog/catalog.h"
#include "http/message.h"

namespace argot::api {

// GET /healthz: whoever can answer lives.
http::Response health();

enum class Drain { no, draining };

// GET /readyz. Error: unavailable, while the server drains or its catalogue cannot be read.
Result<http::Response> readiness(catalog::Catalog& catalog, Drain drain);

}  // namespace argot::api
