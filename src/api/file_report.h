// GET /files/{file_id}/report: what was found in a file's content, ours alone.
#pragma once

#include <string_view>

#include "api/auth.h"
#include "base/result.h"
#include "files/library.h"
#include "http/message.h"

namespace argot::api {

// Error: file_not_found.
Result<http::Response> file_report(files::Library& library, const Caller& caller,
                                   std::string_view file_id);

}  // namespace argot::api
