#include "cli/migrated_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

using ::testing::HasSubstr;

class MigratedNote : public ::testing::Test {
 protected:
  std::string refusal() const {
    const auto checked = check_not_migrated(folder_ / "meta.db");
    if (checked) return "none";
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_request);
    return checked.error().detail;
  }

  testing::TempFolder folder_;
};

TEST_F(MigratedNote, RefusesTheOldCatalogueAndSaysWhereTheNewOneIs) {
  EXPECT_EQ(refusal(), "none");
  ASSERT_TRUE(leave_migrated_note(folder_.path(), "postgres://db:5432/argot"));
  EXPECT_THAT(refusal(), HasSubstr("was moved to postgres://db:5432/argot: name that one with "
                                   "--catalog or ARGOT_CATALOG"));
  EXPECT_THAT(refusal(), HasSubstr("or remove \"" + folder_ / "migrated" + "\""));
  ASSERT_TRUE(leave_migrated_note(folder_.path(), "postgres://other/argot"));
  EXPECT_THAT(refusal(), HasSubstr("was moved to postgres://other/argot:"));
  std::filesystem::remove(folder_ / "migrated");
  EXPECT_EQ(refusal(), "none");
}

TEST_F(MigratedNote, CountsWhateverItSays) {
  std::ofstream(folder_ / "migrated") << "";
  EXPECT_THAT(refusal(), HasSubstr("was moved to another place:"));
  std::ofstream(folder_ / "migrated") << "\x1B[2J\nmore";
  EXPECT_THAT(refusal(), HasSubstr("was moved to \\x1B[2J:"));
  std::filesystem::remove(folder_ / "migrated");
  std::filesystem::create_directory(folder_ / "migrated");
  EXPECT_THAT(refusal(), HasSubstr("was moved to another place:"));
  const auto written = leave_migrated_note(folder_.path(), "postgres://db/argot");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("cannot write \"" + folder_ / "migrated" + "\" ("));
}

}  // namespace
}  // namespace argot::cli
