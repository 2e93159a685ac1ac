#include "cli/tenant_choice.h"

#include <gtest/gtest.h>

#include "catalog/memory_catalog.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

class TenantChoices : public ::testing::Test {
 protected:
  // "ORGANIZATION PROJECT", or the error.
  std::string chosen(const TenantChoice& choice) {
    const Result<catalog::Scope> scope = choose_tenant(catalog_, choice);
    if (scope) return scope->organization_id + " " + scope->project_id.value_or("-");
    EXPECT_EQ(scope.error().code, ErrorCode::invalid_request);
    return scope.error().detail;
  }

  static bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  }

  argot::testing::FakeClock clock_;
  argot::testing::SeededRandom random_;
  catalog::MemoryCatalog catalog_{clock_, random_};
};

TEST_F(TenantChoices, TheOnlyOrganizationNeedsNoName) {
  EXPECT_PRED2(has, chosen({}), "there is no organization yet");
  const auto first = *catalog_.create_organization("first");
  EXPECT_EQ(chosen({}), first.organization_id + " -");
  ASSERT_TRUE(catalog_.create_organization("second"));
  EXPECT_PRED2(has, chosen({}), "name one with --organization ID");
  EXPECT_EQ(chosen({.organization = first.organization_id}), first.organization_id + " -");
}

TEST_F(TenantChoices, AProjectTellsItsOrganization) {
  ASSERT_TRUE(catalog_.create_organization("first"));
  const auto second = *catalog_.create_organization("second");
  EXPECT_EQ(chosen({.project = second.id}), second.organization_id + " " + second.id);
  EXPECT_EQ(chosen({.organization = second.organization_id, .project = second.id}),
            second.organization_id + " " + second.id);
}

TEST_F(TenantChoices, WhatDoesNotExistIsNamed) {
  const auto first = *catalog_.create_organization("first");
  const auto second = *catalog_.create_organization("second");
  EXPECT_PRED2(has, chosen({.organization = "org-none"}), "--organization: there is no");
  EXPECT_PRED2(has, chosen({.project = "proj_none"}), "--project: there is no project");
  EXPECT_PRED2(has, chosen({.organization = first.organization_id, .project = second.id}),
               "--project: that organization has no project");
}

}  // namespace
}  // namespace argot::cli
