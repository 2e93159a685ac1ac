#include "files/library.h"

#include <gtest/gtest.h>

#include <string>

#include "files/library_fixture_test.h"

namespace argot::files {
namespace {

class LibraryTest : public LibraryFixture {
 protected:
  static constexpr std::uint64_t overhead = limits::request_overhead_bytes;

  ErrorCode reserve_error(std::optional<std::uint64_t> content_bytes) {
    const auto reserved = library_.reserve(scope_, {.content_bytes = content_bytes});
    EXPECT_FALSE(reserved);
    return reserved ? ErrorCode::internal : reserved.error().code;
  }
};

TEST_F(LibraryTest, FindsWhatWasPutAndForgetsWhatWasRemoved) {
  const std::string id = put("hello")->id;
  EXPECT_EQ(library_.find(scope_, id)->filename, "notes.txt");
  EXPECT_TRUE(library_.remove(scope_, id));
  EXPECT_EQ(library_.find(scope_, id).error().code, ErrorCode::file_not_found);
  EXPECT_EQ(library_.remove(scope_, id).error().detail, id);
  EXPECT_EQ(library_.open_content(scope_, id).error().code, ErrorCode::file_not_found);
  EXPECT_EQ(used_bytes(), 0U);
}

TEST_F(LibraryTest, AForeignFileLooksLikeNone) {
  const std::string id = put("mine")->id;
  const auto other = catalog_.create_organization("other");
  const catalog::Scope foreign{.organization_id = other->organization_id, .project_id = {}};
  EXPECT_EQ(library_.find(foreign, id).error(), library_.find(foreign, id).error());
  EXPECT_EQ(library_.find(foreign, id).error().code, ErrorCode::file_not_found);
  EXPECT_EQ(library_.open_content(foreign, id).error().code, ErrorCode::file_not_found);
  EXPECT_EQ(library_.remove(foreign, id).error().code, ErrorCode::file_not_found);
  EXPECT_TRUE(library_.find(scope_, id));
}

TEST_F(LibraryTest, AnExpiredFileIsGoneToTheSecond) {
  Submission asked = submission();
  asked.expires_after_seconds = 3600;
  const auto file = put("x", asked);
  const std::int64_t left = *file->expires_at * 1000 - clock_.now().time_since_epoch().count();
  clock_.advance(std::chrono::milliseconds(left - 1));
  EXPECT_TRUE(library_.find(scope_, file->id));
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(library_.find(scope_, file->id));
  EXPECT_FALSE(library_.open_content(scope_, file->id));
  EXPECT_FALSE(library_.remove(scope_, file->id));
  EXPECT_TRUE(library_.list({.scope = scope_, .purpose = {}, .after = {}, .limit = 10, .now = {}})
                  ->files.empty());
}

TEST_F(LibraryTest, AStatedLengthIsRefusedOnlyWhenItCannotFit) {
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 0}));
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 1000 + overhead}));
  EXPECT_EQ(reserve_error(1000 + overhead + 1), ErrorCode::file_too_large);
}

TEST_F(LibraryTest, UploadsInProgressCountAgainstTheQuota) {
  ASSERT_TRUE(put(std::string(1000, 'x')));
  {
    const auto first = library_.reserve(scope_, {.content_bytes = 1000 + overhead});
    ASSERT_TRUE(first);
    const auto second = library_.reserve(scope_, {.content_bytes = 500 + overhead});
    ASSERT_TRUE(second);
    EXPECT_EQ(reserve_error(1 + overhead), ErrorCode::organization_quota_exceeded);
    EXPECT_EQ(library_.reserve(scope_, {.content_bytes = 1 + overhead}).error().detail,
              "2500 bytes");
    EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 1}))
        << "only the commit knows whether it fits";
  }
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 1000 + overhead}))
      << "what ended gave its bytes back";
}

TEST_F(LibraryTest, AnUploadOfUnknownSizeMayFitAndSetsAsideWhatIsLeft) {
  ASSERT_TRUE(put(std::string(1000, 'x')));
  const auto unknown = library_.reserve(scope_, {.content_bytes = std::nullopt});
  ASSERT_TRUE(unknown);
  EXPECT_EQ(reserve_error(1 + overhead), ErrorCode::organization_quota_exceeded);
}

TEST_F(LibraryTest, AProjectMayHaveAQuotaOfItsOwn) {
  policy::Policy policy = small_policy();
  policy.project_bytes_max = 100;
  Library library(catalog_, store_, clock_, log_, {.policy = policy, .free_bytes_min = 0});
  EXPECT_TRUE(library.reserve(scope_, {.content_bytes = 100 + overhead}));
  EXPECT_EQ(library.reserve(scope_, {.content_bytes = 101 + overhead}).error().code,
            ErrorCode::project_quota_exceeded);
  EXPECT_TRUE(library.reserve(scope_, {.content_bytes = std::nullopt}))
      << "only the commit knows whether it fits";
}

TEST_F(LibraryTest, ALimitOfATenantCountsFromTheNextUpload) {
  const catalog::Scope organization{.organization_id = scope_.organization_id, .project_id = {}};
  const auto set = [&](const catalog::Scope& owner, const std::string& name, Limit limit) {
    return catalog_.set_limits(owner, {{name, limit}}, clock_.now());
  };
  EXPECT_EQ(reserve_error(1001 + overhead), ErrorCode::file_too_large);
  ASSERT_TRUE(set(organization, "file_bytes", Limit{2000}));
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 2000 + overhead}));
  ASSERT_TRUE(set(scope_, "file_bytes", Limit{1500}));
  EXPECT_EQ(reserve_error(1501 + overhead), ErrorCode::file_too_large);
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 1500 + overhead}));

  ASSERT_TRUE(set(organization, "organization_bytes", Limit{1024}));
  EXPECT_EQ(library_.reserve(scope_, {.content_bytes = 1025 + overhead}).error().detail, "1 KB");
  ASSERT_TRUE(set(organization, "project_bytes", Limit{100}));
  EXPECT_EQ(reserve_error(101 + overhead), ErrorCode::project_quota_exceeded);
  ASSERT_TRUE(set(scope_, "project_bytes", Limit{}));
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = 101 + overhead}));
}

TEST_F(LibraryTest, WithoutALimitEverythingFits) {
  const catalog::Scope organization{.organization_id = scope_.organization_id, .project_id = {}};
  ASSERT_TRUE(catalog_.set_limits(
      organization, {{"file_bytes", Limit{}}, {"organization_bytes", Limit{}}}, clock_.now()));
  constexpr std::uint64_t huge = std::uint64_t{1} << 60U;
  const auto first = library_.reserve(scope_, {.content_bytes = huge});
  EXPECT_TRUE(first);
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = huge}));
  EXPECT_TRUE(library_.reserve(scope_, {.content_bytes = std::nullopt}));
}

TEST_F(LibraryTest, UploadsWaitForRoomOnTheDisk) {
  const std::uint64_t available = store_.space()->available_bytes;
  Library tight(catalog_, store_, clock_, log_, {.policy = {}, .free_bytes_min = available + 1});
  EXPECT_EQ(tight.open_intake(scope_).error().code, ErrorCode::insufficient_storage);
  Library fits(catalog_, store_, clock_, log_, {.policy = {}, .free_bytes_min = available});
  EXPECT_TRUE(fits.open_intake(scope_));
}

TEST_F(LibraryTest, RefusesDownloadsOfThePurposesItWasToldTo) {
  policy::Policy policy = small_policy();
  policy.refuse_downloads = {policy::Purpose::user_data};
  Library library(catalog_, store_, clock_, log_, {.policy = policy, .free_bytes_min = 0});
  const std::string id = put("x")->id;
  const auto refused = library.open_content(scope_, id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::download_refused);
  EXPECT_EQ(refused.error().detail, "user_data");
}

TEST_F(LibraryTest, ContentOfAnotherSizeIsNotServed) {
  auto staged = store_.stage().value();
  ASSERT_TRUE(staged->write(as_bytes("cut of")));
  ASSERT_TRUE(staged->finish());
  ASSERT_TRUE(staged->seal());
  const auto file = catalog_.commit_file({.scope = scope_,
                                          .purpose = "user_data",
                                          .filename = "notes.txt",
                                          .bytes = 7,
                                          .expires_after_seconds = {},
                                          .status = catalog::FileStatus::processed,
                                          .status_details = {},
                                          .sha256 = {},
                                          .checksums = {.blocks = {0}},
                                          .blob = staged->id(),
                                          .organization_bytes_max = 100,
                                          .project_bytes_max = {}});
  ASSERT_TRUE(file);
  EXPECT_EQ(library_.open_content(scope_, file->id).error().code, ErrorCode::content_missing);
}

TEST_F(LibraryTest, ADeleteThatComesBetweenRowAndContentIsNoAlarm) {
  class DeletingCatalog final : public catalog::MemoryCatalog {
   public:
    using MemoryCatalog::MemoryCatalog;
    Result<std::optional<catalog::FileWithChecksums>> find_content(const catalog::Scope& scope,
                                                                   std::string_view id,
                                                                   WallTime now) override {
      auto row = MemoryCatalog::find_content(scope, id, now);
      EXPECT_TRUE(store->remove((*row)->file.blob));
      EXPECT_EQ(delete_file(scope, id, now), true);
      return row;
    }
    blob::BlobStore* store = nullptr;
  };
  DeletingCatalog deleting(clock_, random_);
  deleting.store = &store_;
  const auto project = deleting.create_organization("test");
  scope_ = {.organization_id = project->organization_id, .project_id = project->id};
  Library library(deleting, store_, clock_, log_, {.policy = small_policy(), .free_bytes_min = 0});
  auto intake = library.open_intake(scope_).value();
  ASSERT_TRUE(intake->finish());
  const auto file = intake->commit(submission());
  ASSERT_TRUE(file);
  EXPECT_EQ(library.open_content(scope_, file->id).error().code, ErrorCode::file_not_found);
}

TEST_F(LibraryTest, ARowWithoutContentIsAnAlarmAndStays) {
  const auto file = put("precious");
  ASSERT_TRUE(store_.remove(file->blob));
  EXPECT_EQ(library_.open_content(scope_, file->id).error().code, ErrorCode::content_missing);
  EXPECT_TRUE(library_.find(scope_, file->id)) << "metadata is never deleted on its own";
}

}  // namespace
}  // namespace argot::files
