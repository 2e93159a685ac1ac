// GET /openapi.json: our own description of exactly what is served. It is written by hand in
// openapi.json, which the build embeds; openapi_test.cc holds it against the table of routes.
#pragma once

#include <string_view>

namespace argot::api {

std::string_view openapi_document();

}  // namespace argot::api
