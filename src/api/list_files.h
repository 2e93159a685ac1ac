// GET /files: one page of the caller's files.
#pragma once

#include <string_view>

#include "api/auth.h"
#include "base/result.h"
#include "files/library.h"
#include "http/message.h"

namespace argot::api {

// `query` as it stands in the target. `purpose`, `limit`, `order` and `after` mean what upstream's
// mean, each at most once; other parameters are ignored. Error: invalid_request, which names the
// parameter.
Result<http::Response> list_files(files::Library& library, const Caller& caller,
                                  std::string_view query);

}  // namespace argot::api
