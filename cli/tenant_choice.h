// The organisation and the project that a command is about.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "catalog/catalog.h"

namespace argot::cli {

// As typed: ids.
struct TenantChoice {
  std::optional<std::string> organization;  // nothing: the project's, else the only one
  std::optional<std::string> project;       // nothing: the whole organisation
};

// Error: invalid_request, with one line for whoever typed it; the catalogue's.
Result<catalog::Scope> choose_tenant(catalog::Catalog& catalog, const TenantChoice& choice);

}  // namespace argot::cli
