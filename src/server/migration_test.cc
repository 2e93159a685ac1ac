// What a migration does beside PostgreSQL; the whole way is tests/process/migrate_test.py.
#include "server/migration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "blob/disk_store.h"
#include "blob/s3_fault_fixture.h"
#include "blob/test_content.h"
#include "catalog/sqlite_catalog.h"
#include "server/folder_lock.h"

namespace argot::server {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class MigrationTest : public blob::S3StubTest {
 protected:
  MigrationTest() {
    settings_.data = place_ / "data";
    settings_.blobs_s3 = blob::S3Location::parse(stub_.location());
    settings_.s3_credentials_file = place_ / "s3";
    std::ofstream(place_ / "s3") << "AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=secret\n";
  }

  // A data folder with files of these contents.
  void fill(const std::vector<std::string>& contents) {
    std::filesystem::create_directory(settings_.data);
    const auto catalog =
        catalog::SqliteCatalog::open(
            {.path = settings_.data + "/meta.db", .clock = clock_, .random = random_, .log = log_})
            .value();
    const auto blobs =
        blob::DiskStore::open({.root = settings_.blobs_path(), .random = random_}).value();
    const catalog::Project project = catalog->create_organization("Acme").value();
    for (const std::string& content : contents) {
      const BlobId blob = blob::store_content(*blobs, content);
      blobs_.push_back(blob);
      catalog::NewFile file{.purpose = "user_data",
                            .filename = "notes.txt",
                            .bytes = content.size(),
                            .sha256 = digest::sha256_of(as_bytes(content)),
                            .blob = blob};
      file.scope = {.organization_id = project.organization_id, .project_id = project.id};
      ASSERT_TRUE(catalog->commit_file(file));
    }
  }

  Result<MigrationReport> run() {
    said_.clear();
    return migrate(settings_, log_,
                   {.say = [this](std::string_view line) { said_.emplace_back(line); },
                    .progress =
                        [this](std::uint64_t bytes, std::uint64_t total) {
                          EXPECT_LE(bytes, total);
                          last_progress_ = bytes;
                        },
                    .stop = stop_.get_token()});
  }

  std::string refusal(ErrorCode code = ErrorCode::cannot_start) {
    const auto report = run();
    if (report) return "none";
    EXPECT_EQ(report.error().code, code);
    return report.error().detail;
  }

  testing::TempFolder place_;
  Settings settings_;
  std::vector<BlobId> blobs_;
  std::vector<std::string> said_;
  std::uint64_t last_progress_ = 0;
  std::stop_source stop_;
};

TEST_F(MigrationTest, TheContentAloneMovesAndTheCatalogueStays) {
  fill({"", "one", blob::patterned(5'000)});
  const auto report = run();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->totals.files, 3U);
  EXPECT_EQ(report->totals.organizations, 1U);
  EXPECT_EQ(report->content.copied, 3U);
  EXPECT_EQ(report->catalog, CatalogOutcome::stays);
  EXPECT_EQ(last_progress_, 5'003U);
  EXPECT_EQ(stub_.objects().at("/files/p/" + blobs_[2].text()), blob::patterned(5'000));
  // Nobody asked for each of them: the list was empty.
  EXPECT_EQ(stub_.count("HEAD "), 0U);
  EXPECT_THAT(said_, Contains(HasSubstr("source: ")));
  EXPECT_THAT(said_, Contains(HasSubstr("content: 3 pieces copied (5003 bytes), 0 pieces there")));
  EXPECT_FALSE(std::filesystem::exists(settings_.data + "/staging"));

  const auto again = run();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->content.there, 3U);
  EXPECT_EQ(again->content.copied, 0U);
}

TEST_F(MigrationTest, ContentWithoutAFolderIsLookedForInTheBucket) {
  fill({"one", "two"});
  ASSERT_TRUE(run());
  std::filesystem::remove(settings_.data + "/FORMAT");
  // A server that has its content there may have left something.
  const auto store = open_store();
  blob::store_content(*store, "left by a crash");
  const auto report = run();
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->content.there, 2U);
}

TEST_F(MigrationTest, DamageIsTold) {
  fill({"one", "two"});
  const std::string blob = blobs_[0].text();
  std::ofstream(settings_.data + "/blobs/" + blob.substr(0, 2) + "/" + blob) << "0ne";
  const auto report = run();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->content.damaged, 1U);
  EXPECT_EQ(report->content.copied, 1U);
  EXPECT_THAT(said_, Contains(::testing::AllOf(HasSubstr("damaged: the content of file-"),
                                               HasSubstr(blob))));
}

TEST_F(MigrationTest, ABucketOfOthersIsRefused) {
  fill({"one"});
  const auto store = open_store();
  const BlobId theirs = blob::store_content(*store, "theirs");
  EXPECT_THAT(refusal(), HasSubstr("does not know (1 piece, one is " + theirs.text() + ")"));
  EXPECT_EQ(stub_.objects().size(), 1U);
}

TEST_F(MigrationTest, AFolderThatIsInUseIsRefused) {
  fill({"one"});
  const auto lock = FolderLock::take(settings_.data, "--data");
  ASSERT_TRUE(lock);
  EXPECT_THAT(refusal(), HasSubstr("another server"));
}

TEST_F(MigrationTest, WhatIsMissingIsSaidAndNotMade) {
  EXPECT_THAT(refusal(), HasSubstr("there is no catalogue at"));
  EXPECT_FALSE(std::filesystem::exists(settings_.data));
  settings_.blobs_s3.reset();
  EXPECT_THAT(refusal(ErrorCode::invalid_request), HasSubstr("say where it goes"));
  fill({});
  settings_.catalog = {.kind = CatalogLocation::Kind::postgres,
                       .where = "postgres://127.0.0.1:1/argot"};
  std::filesystem::remove(settings_.data + "/FORMAT");
  EXPECT_THAT(refusal(), HasSubstr("there is no content at"));
}

TEST_F(MigrationTest, AServerThatCannotBeReachedEndsItBeforeAnythingIsCopied) {
  fill({"one"});
  settings_.catalog = {.kind = CatalogLocation::Kind::postgres,
                       .where = "postgres://argot:s3cret@127.0.0.1:1/argot"};
  const std::string said = refusal();
  EXPECT_THAT(said, HasSubstr("cannot be reached"));
  EXPECT_THAT(said, ::testing::Not(HasSubstr("s3cret")));
  EXPECT_TRUE(stub_.objects().empty());
}

TEST_F(MigrationTest, AStopEndsIt) {
  fill({"one"});
  stop_.request_stop();
  EXPECT_THAT(refusal(ErrorCode::unavailable), HasSubstr("it was stopped"));
  EXPECT_TRUE(stub_.objects().empty());
}

}  // namespace
}  // namespace argot::server
