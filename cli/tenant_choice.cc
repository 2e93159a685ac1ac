#include "cli/tenant_choice.h"

#include <algorithm>
#include <vector>

namespace argot::cli {
namespace {

Result<bool> has_project(catalog::Catalog& catalog, const std::string& organization,
                         const std::string& project) {
  TRY(const std::vector<catalog::Project> known, catalog.projects(organization));
  return std::ranges::find(known, project, &catalog::Project::id) != known.end();
}

Result<std::string> organization_of(catalog::Catalog& catalog,
                                    const std::vector<std::string>& organizations,
                                    const std::string& project) {
  for (const std::string& organization : organizations) {
    TRY(const bool is_there, has_project(catalog, organization, project));
    if (is_there) return organization;
  }
  return fail(ErrorCode::invalid_request,
              "--project: there is no project of that id; `argot admin usage` shows them");
}

Result<std::string> choose_organization(catalog::Catalog& catalog, const TenantChoice& choice) {
  TRY(const std::vector<std::string> known, catalog.organizations());
  if (choice.organization) {
    if (std::ranges::find(known, *choice.organization) != known.end()) return *choice.organization;
    return fail(
        ErrorCode::invalid_request,
        "--organization: there is no organization of that id; `argot admin usage` shows them");
  }
  if (choice.project) return organization_of(catalog, known, *choice.project);
  if (known.size() == 1) return known.front();
  return fail(ErrorCode::invalid_request,
              known.empty() ? "there is no organization yet: `argot keys create "
                              "--new-organization NAME` makes one"
                            : "there are several organizations: name one with --organization ID "
                              "(`argot admin usage` shows them)");
}

}  // namespace

Result<catalog::Scope> choose_tenant(catalog::Catalog& catalog, const TenantChoice& choice) {
  catalog::Scope scope;
  TRY(scope.organization_id, choose_organization(catalog, choice));
  if (!choice.project) return scope;
  TRY(const bool is_there, has_project(catalog, scope.organization_id, *choice.project));
  if (!is_there) {
    return fail(ErrorCode::invalid_request,
                "--project: that organization has no project of that id");
  }
  scope.project_id = choice.project;
  return scope;
}

}  // namespace argot::cli
