#include "cli/open_catalog.h"

#include <gtest/gtest.h>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

TEST(OpenCatalog, MakesNoCatalogueWhereThereIsNone) {
  const argot::testing::TempFolder folder;
  const server::Settings settings{.data = folder.path().string()};
  const auto opened = OpenCatalog::open(settings);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::cannot_start);
  EXPECT_NE(opened.error().detail.find("there is no catalogue at"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "meta.db"));
}

}  // namespace
}  // namespace argot::cli
