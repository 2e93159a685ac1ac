// What every Catalog must do is tested in catalog_contract_test.cc; this is what only this one
// does.
#include "catalog/memory_catalog.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace argot::catalog {
namespace {

TEST(MemoryCatalog, TwoCataloguesShareNothing) {
  testing::FakeClock clock;
  testing::SeededRandom random;
  MemoryCatalog left(clock, random);
  MemoryCatalog right(clock, random);
  const Result<Project> project = left.create_organization("Acme");
  ASSERT_TRUE(project);
  EXPECT_EQ(left.organizations()->size(), 1U);
  EXPECT_TRUE(right.organizations()->empty());
  EXPECT_TRUE(right.projects(project->organization_id)->empty());
}

TEST(MemoryCatalog, TheSameSeedGivesTheSameIds) {
  std::vector<std::string> ids;
  for (int run = 0; run < 2; ++run) {
    testing::FakeClock clock;
    testing::SeededRandom random(7);
    MemoryCatalog catalog(clock, random);
    ids.push_back(catalog.create_organization("Acme")->organization_id);
  }
  EXPECT_EQ(ids[0], ids[1]);
}

}  // namespace
}  // namespace argot::catalog
