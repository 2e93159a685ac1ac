#include "api/routes.h"

#include <array>

#include "base/quoting.h"
#include "http/query.h"

namespace argot::api {
namespace {

using catalog::Permission;
using http::Method;

constexpr std::array<Route, 14> table = {{
    {Method::get, "GET", "/files", Operation::list_files, Permission::files_read},
    {Method::post, "POST", "/files", Operation::create_file, Permission::files_write},
    {Method::get, "GET", "/files/{file_id}", Operation::retrieve_file, Permission::files_read},
    {Method::delete_, "DELETE", "/files/{file_id}", Operation::delete_file,
     Permission::files_delete},
    {Method::get, "GET", "/files/{file_id}/content", Operation::file_content,
     Permission::files_read},
    {Method::head, "HEAD", "/files/{file_id}/content", Operation::file_content,
     Permission::files_read},
    {Method::get, "GET", "/files/{file_id}/report", Operation::file_report, Permission::files_read},
    {Method::post, "POST", "/uploads", Operation::create_upload, Permission::files_write},
    {Method::post, "POST", "/uploads/{upload_id}/parts", Operation::add_upload_part,
     Permission::files_write},
    {Method::post, "POST", "/uploads/{upload_id}/complete", Operation::complete_upload,
     Permission::files_write},
    {Method::post, "POST", "/uploads/{upload_id}/cancel", Operation::cancel_upload,
     Permission::files_write},
    {Method::get, "GET", "/healthz", Operation::health, std::nullopt},
    {Method::get, "GET", "/readyz", Operation::readiness, std::nullopt},
    {Method::get, "GET", "/openapi.json", Operation::openapi, std::nullopt},
}};

// The segment that stands where the pattern has {...}, empty if the pattern has none; nothing
// if the path is another one.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const std::size_t place = pattern.find('{');
  if (place == std::string_view::npos) {
    return pattern == path ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, place);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  path.remove_prefix(before.size());
  path.remove_suffix(after.size());
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

std::optional<std::string_view> match(const Route& route, std::string_view path) {
  if (route.permission && path.starts_with(version_prefix)) {
    if (const auto segment = match(route.pattern, path.substr(version_prefix.size()))) {
      return segment;
    }
  }
  return match(route.pattern, path);
}

}  // namespace

std::span<const Route> routes() { return table; }

Result<RouteMatch> find_route(const http::Request& request) {
  bool path_is_known = false;
  for (const Route& route : table) {
    const auto segment = match(route, request.path);
    if (!segment) continue;
    path_is_known = true;
    if (route.method != request.method) continue;
    auto decoded = http::decode_path_segment(*segment);
    return RouteMatch{.route = &route, .id = decoded ? *std::move(decoded) : std::string(*segment)};
  }
  const std::string method(request.method_text);
  const std::string path = shortened(request.path);
  if (path_is_known) return fail(ErrorCode::method_not_allowed, method + " on " + path);
  return fail(ErrorCode::unknown_url, method + " " + path);
}

std::string allowed_methods(std::string_view path) {
  std::string methods;
  for (const Route& route : table) {
    if (!match(route, path)) continue;
    if (!methods.empty()) methods += ", ";
    methods += route.method_text;
  }
  return methods;
}

}  // namespace argot::api
