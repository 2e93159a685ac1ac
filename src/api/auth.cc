#include "api/auth.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "api/base64.h"
#include "base/bytes.h"
#include "base/text.h"
#include "digest/digest_values.h"
#include "digest/sha256.h"

namespace argot::api {
namespace {

constexpr std::string_view blank = " \t";

// What follows the scheme and its blanks, if `credentials` are of that scheme (RFC 9110 section
// 11.4). Schemes are read in any case.
std::optional<std::string_view> after_scheme(std::string_view credentials,
                                             std::string_view scheme) {
  const std::size_t end = std::min(credentials.find_first_of(blank), credentials.size());
  if (!equals_ignoring_case(credentials.substr(0, end), scheme)) return std::nullopt;
  credentials.remove_prefix(
      std::min(credentials.find_first_not_of(blank, end), credentials.size()));
  return credentials;
}

// The key that the request shows, whatever it is worth.
Result<std::string> shown_key(const http::Request& request) {
  const auto is_authorization = [](const http::HeaderView& header) {
    return equals_ignoring_case(header.name, "Authorization");
  };
  // Two readers might take different ones.
  if (std::ranges::count_if(request.headers, is_authorization) > 1) {
    return fail(ErrorCode::invalid_request,
                "The Authorization header must come once, but it came several times.");
  }
  const std::string_view credentials = request.header("Authorization").value_or("");
  if (const auto token = after_scheme(credentials, "Bearer")) {
    if (token->empty()) return fail(ErrorCode::missing_key);
    return std::string(*token);
  }
  if (const auto encoded = after_scheme(credentials, "Basic")) {
    const auto name_and_password = decode_base64(*encoded);
    if (!name_and_password) return fail(ErrorCode::incorrect_key, mask_key({}));
    const std::size_t colon = name_and_password->find(':');
    const bool is_empty = colon == std::string::npos || colon + 1 == name_and_password->size();
    if (is_empty) return fail(ErrorCode::missing_key);
    return name_and_password->substr(colon + 1);
  }
  return fail(ErrorCode::missing_key);
}

bool is_valid(const catalog::Key& key, WallTime now) {
  return !key.revoked_at && (!key.expires_at || now < *key.expires_at);
}

// A header that is there but empty names nothing.
std::string_view named(const http::Request& request, std::string_view header) {
  return request.header(header).value_or("");
}

constexpr std::uint32_t keyless_permissions =
    static_cast<std::uint32_t>(catalog::Permission::files_read) |
    static_cast<std::uint32_t>(catalog::Permission::files_write) |
    static_cast<std::uint32_t>(catalog::Permission::files_delete);

std::string_view scope_name(catalog::Permission permission) {
  switch (permission) {
    case catalog::Permission::files_read:
      return "api.files.read";
    case catalog::Permission::files_write:
      return "api.files.write";
    case catalog::Permission::files_delete:
      return "api.files.delete";
    case catalog::Permission::files_internal:
      return "files.internal";
  }
  std::unreachable();
}

}  // namespace

Authenticator::Authenticator(catalog::Catalog& catalog, const Clock& clock, AuthOptions options)
    : tenants_(catalog, clock), clock_(clock), options_(std::move(options)) {}

Result<Caller> Authenticator::authenticate(const http::Request& request) {
  if (options_.no_auth) {
    Caller caller{.scope = options_.default_scope, .permissions = keyless_permissions};
    if (caller.scope.project_id) {
      caller.project_id = *caller.scope.project_id;
    } else {
      TRY(caller.project_id, first_project(caller.scope.organization_id));
    }
    return caller;
  }
  TRY(const std::string text, shown_key(request));
  TRY(catalog::Key key, find_key(text));
  return narrow({.key_public_id = std::move(key.public_id),
                 .scope = std::move(key.scope),
                 .project_id = {},
                 .permissions = key.permissions},
                request);
}

Result<catalog::Key> Authenticator::find_key(const std::string& text) {
  const std::optional<KeyParts> parts = parse_key(text);
  if (!parts) return fail(ErrorCode::incorrect_key, mask_key(text));
  TRY(std::optional<catalog::Key> key, tenants_.key(parts->public_id));
  // An unknown id is compared as well: all that is left to time is whether there is such an id,
  // which is no secret.
  const digest::Sha256Value stored = key ? key->secret_sha256 : digest::Sha256Value{};
  const bool is_equal = digest::equal_in_constant_time(parts->secret_sha256.bytes, stored.bytes);
  if (!key || !is_equal || !is_valid(*key, clock_.now())) {
    return fail(ErrorCode::incorrect_key, mask_key(text));
  }
  return *std::move(key);
}

Result<std::string> Authenticator::first_project(const std::string& organization_id) {
  TRY(std::optional<std::string> project, tenants_.first_project(organization_id));
  // An organisation is created with its first project.
  if (!project) return fail(ErrorCode::internal, "an organization without a project");
  return *std::move(project);
}

Result<Caller> Authenticator::narrow(Caller caller, const http::Request& request) {
  const std::string_view organization = named(request, "OpenAI-Organization");
  if (!organization.empty() && organization != caller.scope.organization_id) {
    return fail(ErrorCode::mismatched_organization);
  }
  const std::string_view project = named(request, "OpenAI-Project");
  if (caller.scope.project_id) {
    if (!project.empty() && project != *caller.scope.project_id) {
      return fail(ErrorCode::mismatched_project);
    }
    caller.project_id = *caller.scope.project_id;
    return caller;
  }
  if (project.empty()) {
    TRY(caller.project_id, first_project(caller.scope.organization_id));
    return caller;
  }
  TRY(const bool has_project, tenants_.has_project(caller.scope.organization_id, project));
  if (!has_project) return fail(ErrorCode::mismatched_project);
  caller.project_id = project;
  caller.scope.project_id = caller.project_id;
  return caller;
}

Result<> require(const Caller& caller, catalog::Permission permission) {
  if (caller.may(permission)) return {};
  return fail(ErrorCode::missing_scope, std::string(scope_name(permission)));
}

}  // namespace argot::api
