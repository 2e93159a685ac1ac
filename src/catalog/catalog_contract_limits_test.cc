#include <gmock/gmock.h>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST_P(CatalogContract, NobodyHasLimitsOfTheirOwnAtFirst) {
  EXPECT_EQ(value_of(catalog->limits(organization_scope())), LimitOverrides{});
  EXPECT_EQ(value_of(catalog->limits(scope_of(project))), LimitOverrides{});
  EXPECT_EQ(value_of(catalog->limits({.organization_id = "org-nobody", .project_id = "proj_none"})),
            LimitOverrides{});
}

TEST_P(CatalogContract, ALimitIsANumberOrNoneAtAll) {
  constexpr std::uint64_t large = std::uint64_t{1} << 62U;
  ASSERT_TRUE(catalog->set_limits(organization_scope(),
                                  {{"file_bytes", Limit{0}},
                                   {"organization_bytes", Limit{}},
                                   {"assistants_tokens", Limit{large}}},
                                  clock.now()));
  EXPECT_THAT(value_of(catalog->limits(organization_scope())).organization,
              ElementsAre(Pair("assistants_tokens", Limit{large}), Pair("file_bytes", Limit{0}),
                          Pair("organization_bytes", Limit{})));
}

TEST_P(CatalogContract, BothLevelsOfLimitsAreToldApart) {
  ASSERT_TRUE(catalog->set_limits(organization_scope(), {{"file_bytes", Limit{1}}}, clock.now()));
  ASSERT_TRUE(catalog->set_limits(scope_of(project), {{"file_bytes", Limit{2}}}, clock.now()));
  const LimitOverrides of_project = value_of(catalog->limits(scope_of(project)));
  EXPECT_THAT(of_project.organization, ElementsAre(Pair("file_bytes", Limit{1})));
  EXPECT_THAT(of_project.project, ElementsAre(Pair("file_bytes", Limit{2})));
  EXPECT_THAT(value_of(catalog->limits(organization_scope())).project, IsEmpty());
}

TEST_P(CatalogContract, LimitsOfOthersAreNotSeen) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  const Project other = value_of(catalog->create_organization("Other"));
  ASSERT_TRUE(catalog->set_limits(scope_of(project), {{"file_bytes", Limit{1}}}, clock.now()));
  ASSERT_TRUE(catalog->set_limits({.organization_id = other.organization_id},
                                  {{"file_bytes", Limit{2}}}, clock.now()));
  EXPECT_EQ(value_of(catalog->limits(scope_of(second))), LimitOverrides{});
  EXPECT_EQ(value_of(catalog->limits(organization_scope())), LimitOverrides{});
  const Scope mixed{.organization_id = other.organization_id, .project_id = project.id};
  EXPECT_THAT(value_of(catalog->limits(mixed)).project, IsEmpty());
}

TEST_P(CatalogContract, ALimitIsReplacedAndDroppedAndTheOthersStay) {
  for (const Scope& owner : {organization_scope(), scope_of(project)}) {
    ASSERT_TRUE(catalog->set_limits(owner, {{"a", Limit{1}}, {"b", Limit{2}}}, clock.now()));
    ASSERT_TRUE(catalog->set_limits(owner, {{"a", Limit{}}}, clock.now()));
    ASSERT_TRUE(
        catalog->set_limits(owner, {{"b", std::nullopt}, {"none", std::nullopt}}, clock.now()));
  }
  const LimitOverrides left = value_of(catalog->limits(scope_of(project)));
  EXPECT_THAT(left.organization, ElementsAre(Pair("a", Limit{})));
  EXPECT_THAT(left.project, ElementsAre(Pair("a", Limit{})));
}

TEST_P(CatalogContract, LimitsOfAnUnknownTenantAreRefused) {
  const Project other = value_of(catalog->create_organization("Other"));
  const Scope unknown[] = {
      {.organization_id = "org-nobody"},
      {.organization_id = project.organization_id, .project_id = "proj_nobody"},
      {.organization_id = project.organization_id, .project_id = other.id}};
  for (const Scope& owner : unknown) {
    const Result<> set = catalog->set_limits(owner, {{"a", Limit{1}}}, clock.now());
    EXPECT_EQ(code_of(set), "invalid_request");
    const Result<> dropped = catalog->set_limits(owner, {{"a", std::nullopt}}, clock.now());
    EXPECT_EQ(code_of(dropped), "invalid_request");
    EXPECT_EQ(value_of(catalog->limits(owner)), LimitOverrides{});
  }
}

}  // namespace
}  // namespace argot::catalog
