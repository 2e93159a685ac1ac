// Who asks: finds out from a request's head alone, before one byte of its body is looked at.
#pragma once

#include <cstdint>
#include <string>

#include "api/tenant_cache.h"
#include "base/clock.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "http/message.h"

namespace argot::api {

// Who asks, and what they may see and do.
struct Caller {
  std::string key_public_id;  // empty where no key is asked for
  catalog::Scope scope;       // what they see
  std::string project_id;     // where the files they create go; lies in the scope
  std::uint32_t permissions = 0;

  bool may(catalog::Permission permission) const {
    return (permissions & static_cast<std::uint32_t>(permission)) != 0;
  }

  // Whose requests are counted together.
  const std::string& rate_key() const {
    return key_public_id.empty() ? scope.organization_id : key_public_id;
  }

  // The scope of a file they create.
  catalog::Scope file_scope() const {
    return {.organization_id = scope.organization_id, .project_id = project_id};
  }
};

struct AuthOptions {
  // Without keys, every request is that of `default_scope`, and has every permission but
  // files_internal.
  bool no_auth = false;
  catalog::Scope default_scope;
};

// Thread-safe. The references must outlive it.
class Authenticator {
 public:
  Authenticator(catalog::Catalog& catalog, const Clock& clock, AuthOptions options);

  // Takes the key as `Authorization: Bearer KEY`, or as the password of Basic authentication.
  // Errors: missing_key (also where the scheme is another one), incorrect_key (malformed, unknown,
  // revoked or expired: one answer for all, whose detail is the masked key),
  // mismatched_organization, mismatched_project; the catalogue's.
  Result<Caller> authenticate(const http::Request& request);

 private:
  Result<catalog::Key> find_key(const std::string& text);
  // Where files go if neither the key nor the request names a project.
  Result<std::string> first_project(const std::string& organization_id);
  Result<Caller> narrow(Caller caller, const http::Request& request);

  TenantCache tenants_;
  const Clock& clock_;
  AuthOptions options_;
};

// Error: missing_scope, whose detail is the name of the permission.
Result<> require(const Caller& caller, catalog::Permission permission);

}  // namespace argot::api
