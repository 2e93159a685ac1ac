#include "cli/open_catalog.h"

#include <gtest/gtest.h>

#include <fstream>

#include "cli/migrated_note.h"
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

TEST(OpenCatalog, OpensNoCatalogueThatWasMovedElsewhere) {
  const argot::testing::TempFolder folder;
  const server::Settings settings{.data = folder.path().string()};
  std::ofstream(folder / "meta.db") << "";
  ASSERT_TRUE(leave_migrated_note(folder.path(), "postgres://db/argot"));
  const auto opened = OpenCatalog::open(settings);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_request);
  EXPECT_NE(opened.error().detail.find("was moved to postgres://db/argot"), std::string::npos);
  std::filesystem::remove(folder / "migrated");
  EXPECT_TRUE(OpenCatalog::open(settings));
}

}  // namespace
}  // namespace argot::cli
