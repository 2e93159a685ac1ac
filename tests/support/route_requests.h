// A good request to every route, for the tests that ask all of them the same.
#pragma once

#include <string>
#include <string_view>

#include "api/routes.h"
#include "tests/support/api_world.h"
#include "tests/support/request_text.h"

namespace argot::testing {

inline bool is_for_upload(const api::Route& route) { return route.pattern.contains("{upload_id}"); }

// Of the sort that the route names; no such thing was ever made.
inline std::string unknown_id_for(const api::Route& route) {
  return is_for_upload(route) ? "upload_00000000000000000000000000000000"
                              : "file-1111111111111111111111";
}

// That would succeed with the right key, if `id` is what add_target() gives.
inline RequestText request_to(const api::Route& route, std::string_view id) {
  RequestText request{.method = std::string(route.method_text),
                      .target = std::string(api::version_prefix) + std::string(route.pattern)};
  if (const std::size_t at = request.target.find('{'); at != std::string::npos) {
    request.target.replace(at, request.target.find('}') + 1 - at, id);
  }
  const auto send_form = [&](const FormText& form) {
    request.body = form.body();
    request.header("Content-Type", form.content_type());
  };
  switch (route.operation) {
    case api::Operation::create_file:
      send_form(FormText().field("purpose", "user_data").file("a.txt", "x"));
      break;
    case api::Operation::add_upload_part:
      send_form(FormText().file("part", "x", "data"));
      break;
    case api::Operation::create_upload:
      request.body =
          R"({"filename": "a", "purpose": "user_data", "bytes": 0, "mime_type": "text/plain"})";
      break;
    case api::Operation::complete_upload:
      request.body = R"({"part_ids": []})";
      break;
    default:
      break;
  }
  return request;
}

// What the route is about, new, and its id: an upload of no bytes, or a file of that content.
inline std::string add_target(ApiWorld& world, const api::Route& route, const std::string& key,
                              std::string_view content = "x",
                              std::string_view filename = "notes.txt") {
  if (is_for_upload(route)) {
    RequestText request{.method = "POST", .target = "/v1/uploads"};
    request.body =
        R"({"filename": "secret", "purpose": "user_data", "bytes": 0, "mime_type": "text/plain"})";
    return ApiWorld::id_in(world.send(request.key(key)).body);
  }
  const FormText form = FormText().field("purpose", "user_data").file(filename, content);
  return ApiWorld::id_in(world.upload(form, key).body);
}

}  // namespace argot::testing
