#include "cli/migrate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/program.h"
#include "json/reader.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

using ::testing::HasSubstr;

server::MigrationReport done() {
  return {.totals = {.organizations = 2, .files = 20, .blobs = 23, .blob_bytes = 1'024},
          .content = {.copied = 20, .copied_bytes = 1'000, .there = 3, .there_bytes = 24},
          .catalog = server::CatalogOutcome::copied,
          .rows = 99};
}

server::MigrationReport damaged() {
  server::MigrationReport report = done();
  report.content.copied = 18;
  report.content.damaged = 2;
  report.catalog = server::CatalogOutcome::omitted;
  report.rows = 0;
  return report;
}

TEST(MigrateText, SaysWhatMovedAndHowToGoOn) {
  EXPECT_EQ(migration_text(done()),
            "Migrated 20 files of 2 organizations, 1 KB: 20 pieces of content copied, 3 there "
            "already, all verified.\nGo on with `argot serve`, told the same --data, --catalog and "
            "--blobs.\nFrom now on `argot keys` and `argot admin` need that --catalog too.\n");
  server::MigrationReport content_only = done();
  content_only.catalog = server::CatalogOutcome::stays;
  EXPECT_THAT(migration_text(content_only), ::testing::EndsWith("told the same --data, --catalog "
                                                                "and --blobs.\n"));
}

TEST(MigrateText, SaysWhatIsDamagedAndThatNothingElseMoved) {
  EXPECT_THAT(migration_text(damaged()), HasSubstr("2 of 23 pieces of content are damaged"));
  EXPECT_THAT(migration_text(damaged()), HasSubstr("No rows were copied."));
  server::MigrationReport content_only = damaged();
  content_only.catalog = server::CatalogOutcome::stays;
  EXPECT_THAT(migration_text(content_only), ::testing::Not(HasSubstr("rows")));
}

TEST(MigrateText, AsJsonItIsOneObject) {
  EXPECT_EQ(migration_json(damaged()),
            "{\"object\":\"migration\",\"organizations\":2,\"files\":20,\"contents\":23,"
            "\"bytes\":1024,\"contents_copied\":18,\"bytes_copied\":1000,"
            "\"contents_already_there\":3,\"bytes_already_there\":24,\"contents_damaged\":2,"
            "\"catalog\":\"omitted\",\"rows_copied\":0}\n");
}

class MigrateTest : public ::testing::Test {
 protected:
  int run(std::vector<std::string> flags) {
    out_.str("");
    err_.str("");
    std::vector<std::string> arguments = {"admin", "migrate"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    return run_program({.arguments = std::move(arguments)}, {.out = out_, .err = err_});
  }

  testing::TempFolder folder_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(MigrateTest, WithoutAPlaceToGoItIsAWrongCall) {
  EXPECT_EQ(run({"--data", folder_.path()}), exit_usage);
  EXPECT_THAT(err_.str(), HasSubstr("--catalog postgres://..., --blobs s3://..., or both"));
  EXPECT_EQ(out_.str(), "");
}

TEST_F(MigrateTest, AFolderThatIsNotThereIsNotMade) {
  const std::string missing = folder_ / "missing";
  EXPECT_EQ(run({"--data", missing, "--blobs", "s3://bucket"}), exit_failure);
  EXPECT_THAT(err_.str(), HasSubstr("there is no catalogue at"));
  EXPECT_FALSE(std::filesystem::exists(missing));
}

TEST_F(MigrateTest, WhatIsNoCatalogueIsRefused) {
  std::ofstream(folder_ / "meta.db") << "this is a text, and no database that somebody could move";
  EXPECT_EQ(run({"--data", folder_.path(), "--blobs", "s3://bucket"}), exit_failure);
  EXPECT_THAT(err_.str(), HasSubstr("is not a SQLite database"));
}

}  // namespace
}  // namespace argot::cli
