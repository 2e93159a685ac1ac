// What is served where: the one table of methods and paths, and the look-up in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalog/records.h"
#include "http/message.h"

namespace argot::api {

enum class Operation {
  list_files,
  create_file,
  retrieve_file,
  delete_file,
  file_content,
  file_report,
  create_upload,
  add_upload_part,
  complete_upload,
  cancel_upload,
  health,
  readiness,
  openapi,
};

struct Route {
  http::Method method = http::Method::other;
  std::string_view method_text;
  std::string_view pattern;  // `{...}` stands for one path segment
  Operation operation = Operation::health;
  // What the key must be allowed. Nothing: no key is asked for, and there is no /v1 before the
  // path.
  std::optional<catalog::Permission> permission;
};

// The paths of routes that ask for a key are served with and without it.
inline constexpr std::string_view version_prefix = "/v1";

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;
  std::string
      id;  // of what the path names, decoded once; as sent where its percent-encoding is broken
};

// Errors: unknown_url, method_not_allowed.
Result<RouteMatch> find_route(const http::Request& request);

// The methods that `path` is served with, as the Allow header has them: "GET, HEAD".
std::string allowed_methods(std::string_view path);

}  // namespace argot::api
