#include "files/intake.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "files/library_fixture_test.h"
#include "tests/support/recut.h"

namespace argot::files {
namespace {

class IntakeTest : public LibraryFixture {};

TEST_F(IntakeTest, CommitsWhatItWasGiven) {
  const auto file = put("hello", submission("a.txt", policy::Purpose::assistants));
  ASSERT_TRUE(file) << describe(file.error());
  EXPECT_TRUE(is_file_id(file->id));
  EXPECT_EQ(file->bytes, 5U);
  EXPECT_EQ(file->filename, "a.txt");
  EXPECT_EQ(file->purpose, "assistants");
  EXPECT_EQ(file->status, catalog::FileStatus::processed);
  EXPECT_EQ(file->expires_at, std::nullopt);
  EXPECT_EQ(file->sha256.hex(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(used_bytes(), 5U);
  EXPECT_EQ(blob_count(), 1U);
}

TEST_F(IntakeTest, CannotTellHowTheBytesWereCut) {
  const std::string content = "{\"a\": \"\xE4\xBD\xA0\"}\r\n{\"b\":1}\n";
  testing::expect_same_however_cut(content, [&](const auto& play) {
    auto intake = library_.open_intake(scope_).value();
    EXPECT_TRUE(play(*intake));
    auto file = intake->commit(submission("a.jsonl", policy::Purpose::batch));
    if (!file) return describe(file.error());
    EXPECT_TRUE(library_.remove(scope_, file->id));
    return file->sha256.hex() + std::to_string(file->bytes);
  });
}

TEST_F(IntakeTest, DroppedAtAnyPointItLeavesNothing) {
  {
    auto intake = library_.open_intake(scope_).value();
    ASSERT_TRUE(intake->write(as_bytes("half")));
  }
  {
    auto intake = library_.open_intake(scope_).value();
    ASSERT_TRUE(intake->write(as_bytes("whole")));
    ASSERT_TRUE(intake->finish());
  }
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_EQ(used_bytes(), 0U);
}

TEST_F(IntakeTest, RefusesOneByteTooManyAsSoonAsItComes) {
  auto intake = library_.open_intake(scope_).value();
  EXPECT_TRUE(intake->write(as_bytes(std::string(1000, 'x'))));
  EXPECT_EQ(intake->write(as_bytes("y")).error().code, ErrorCode::file_too_large);
}

TEST_F(IntakeTest, AKnownPurposeLowersTheBound) {
  policy::Policy policy = small_policy();
  policy.batch_file_bytes_max = 10;
  Library library(catalog_, store_, clock_, log_, {.policy = policy, .free_bytes_min = 0});
  auto intake = library.open_intake(scope_).value();
  intake->expect_purpose(policy::Purpose::batch);
  EXPECT_TRUE(intake->write(as_bytes("0123456789")));
  EXPECT_EQ(intake->write(as_bytes("y")).error().code, ErrorCode::file_too_large);
}

TEST_F(IntakeTest, AJudgedRefusalLeavesNothing) {
  const auto file = put("Dear diary,", submission("notes.txt", policy::Purpose::batch));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::batch_not_jsonl);
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_EQ(used_bytes(), 0U);
}

TEST_F(IntakeTest, WrongRecordsAreKeptAsAnErrorWithTheirReport) {
  const auto file = put("{\"custom_id\":\"1\"}\n", submission("a.jsonl", policy::Purpose::batch));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->status, catalog::FileStatus::error);
  EXPECT_EQ(file->status_details, "Missing required parameter: 'method'. (line 1)");
  const auto found = library_.report(scope_, file->id);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->report.contains("missing_required_parameter")) << found->report;
}

TEST_F(IntakeTest, AFileWithNothingToTellHasNoReport) {
  const auto file = put("x");
  ASSERT_TRUE(file);
  EXPECT_EQ(file->status, catalog::FileStatus::processed);
  EXPECT_EQ(library_.report(scope_, file->id)->report, "");
}

TEST_F(IntakeTest, TheQuotaIsExactAndARefusalLeavesNothing) {
  ASSERT_TRUE(put(std::string(1000, 'x')));
  ASSERT_TRUE(put(std::string(1000, 'x')));
  const auto over = put(std::string(501, 'x'));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::organization_quota_exceeded);
  EXPECT_EQ(blob_count(), 2U);
  EXPECT_TRUE(put(std::string(500, 'x')));
  EXPECT_EQ(used_bytes(), 2500U);
}

TEST_F(IntakeTest, TheQuotaOfAProjectIsExactToo) {
  policy::Policy policy = small_policy();
  policy.project_bytes_max = 100;
  Library library(catalog_, store_, clock_, log_, {.policy = policy, .free_bytes_min = 0});
  const auto put_bytes = [&](std::size_t bytes) {
    auto intake = library.open_intake(scope_).value();
    EXPECT_TRUE(intake->write(as_bytes(std::string(bytes, 'x'))));
    EXPECT_TRUE(intake->finish());
    return intake->commit(submission());
  };
  EXPECT_EQ(put_bytes(101).error().code, ErrorCode::project_quota_exceeded);
  EXPECT_TRUE(put_bytes(100));
}

// Whether the purpose comes before the bytes or after them, and whether the tenant has a limit of
// its own.
TEST_F(IntakeTest, TheTokensOfTextAreLimited) {
  const auto put_text = [&](const std::string& text, bool is_late) {
    auto intake = library_.open_intake(scope_).value();
    intake->expect_filename("a.txt");
    if (!is_late) intake->expect_purpose(policy::Purpose::assistants);
    EXPECT_TRUE(intake->write(as_bytes(text)));
    EXPECT_TRUE(intake->finish());
    return intake->commit(submission("a.txt", policy::Purpose::assistants));
  };
  ASSERT_TRUE(catalog_.set_limits(scope_, {{"assistants_tokens", Limit{4}}}, clock_.now()));
  for (const bool is_late : {false, true}) {
    const auto file = put_text("Hello, world\n", is_late);
    ASSERT_TRUE(file) << describe(file.error());
    EXPECT_EQ(file->status, catalog::FileStatus::processed);
    const auto over = put_text("Hello, world\n.", is_late);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::too_many_tokens);
    EXPECT_EQ(over.error().detail, "4");
  }
  EXPECT_EQ(blob_count(), 2U) << "what was refused left nothing";
}

// Which spares a store on S3 a copy of the content.
TEST_F(IntakeTest, WhoeverKnowsThePurposeReadsNothingAgain) {
  for (const bool is_late : {true, false}) {
    auto intake = library_.open_intake(scope_).value();
    if (!is_late) intake->expect_purpose(policy::Purpose::fine_tune);
    ASSERT_TRUE(intake->write(as_bytes("{}\n")));
    ASSERT_TRUE(intake->write(as_bytes("{}\n")));
    ASSERT_TRUE(intake->finish());
    ASSERT_TRUE(intake->commit(submission("a.jsonl", policy::Purpose::fine_tune)));
    EXPECT_EQ(faulty_.forgone_readings(), is_late ? 0U : 1U);
  }
}

// Whether the purpose comes before the bytes or after them.
TEST_F(IntakeTest, RecordsAreCountedWhereTheSettingsSaySo) {
  const std::string example =
      R"({"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]})";
  for (const bool is_counted : {false, true}) {
    policy::Policy policy = small_policy();
    policy.counts_record_tokens = is_counted;
    Library library(catalog_, store_, clock_, log_, {.policy = policy, .free_bytes_min = 0});
    for (const bool is_late : {false, true}) {
      auto intake = library.open_intake(scope_).value();
      if (!is_late) intake->expect_purpose(policy::Purpose::fine_tune);
      EXPECT_TRUE(intake->write(as_bytes(example)));
      EXPECT_TRUE(intake->finish());
      const auto file = intake->commit(submission("a.jsonl", policy::Purpose::fine_tune));
      ASSERT_TRUE(file) << describe(file.error());
      const auto found = library.report(scope_, file->id);
      ASSERT_TRUE(found);
      EXPECT_EQ(found->report.contains(R"("tokens":{"encoding":"o200k_base","total":13,)"),
                is_counted)
          << found->report;
    }
  }
}

TEST_F(IntakeTest, LimitsOfTheTenantHoldWhileTheBytesCome) {
  const catalog::Scope organization{.organization_id = scope_.organization_id, .project_id = {}};
  ASSERT_TRUE(catalog_.set_limits(
      organization, {{"file_bytes", Limit{1200}}, {"batch_file_bytes", Limit{20}}}, clock_.now()));
  auto intake = library_.open_intake(scope_).value();
  EXPECT_TRUE(intake->write(as_bytes(std::string(1200, 'x'))));
  EXPECT_EQ(intake->write(as_bytes("y")).error().code, ErrorCode::file_too_large);
  ASSERT_TRUE(catalog_.set_limits(scope_, {{"batch_file_bytes", Limit{5}}}, clock_.now()));
  auto batch = library_.open_intake(scope_).value();
  batch->expect_purpose(policy::Purpose::batch);
  EXPECT_TRUE(batch->write(as_bytes("01234")));
  EXPECT_EQ(batch->write(as_bytes("5")).error().code, ErrorCode::file_too_large);
}

TEST_F(IntakeTest, LimitsOfTheTenantAreReadAgainAtTheCommit) {
  const catalog::Scope organization{.organization_id = scope_.organization_id, .project_id = {}};
  const auto committed_after = [&](const std::vector<LimitChange>& changes) {
    auto intake = library_.open_intake(scope_).value();
    EXPECT_TRUE(intake->write(as_bytes(std::string(1000, 'x'))));
    EXPECT_TRUE(intake->finish());
    EXPECT_TRUE(catalog_.set_limits(organization, changes, clock_.now()));
    const auto file = intake->commit(submission());
    return file ? "taken" : std::string(name(file.error().code));
  };
  EXPECT_EQ(committed_after({{"organization_bytes", Limit{999}}}), "organization_quota_exceeded");
  EXPECT_EQ(committed_after({{"project_bytes", Limit{999}}, {"organization_bytes", Limit{}}}),
            "project_quota_exceeded");
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_EQ(committed_after({{"project_bytes", Limit{1000}}}), "taken");
  EXPECT_EQ(committed_after({{"file_bytes", Limit{999}}}), "file_too_large");
}

TEST_F(IntakeTest, BatchFilesExpireByDefaultAndOthersWhenAsked) {
  const auto batch = put("{}\n", submission("a.jsonl", policy::Purpose::batch));
  EXPECT_EQ(batch->expires_at, batch->created_at + 2'592'000);
  Submission asked = submission();
  asked.expires_after_seconds = 3600;
  const auto file = put("x", asked);
  EXPECT_EQ(file->expires_at, file->created_at + 3600);
}

TEST_F(IntakeTest, AnUncertainCommitKeepsTheContent) {
  class UncertainCatalog final : public catalog::MemoryCatalog {
   public:
    using MemoryCatalog::MemoryCatalog;
    Result<catalog::File> commit_file(const catalog::NewFile&) override {
      return fail(ErrorCode::outcome_unknown);
    }
  };
  UncertainCatalog uncertain(clock_, random_);
  Library library(uncertain, store_, clock_, log_, {.policy = small_policy(), .free_bytes_min = 0});
  auto intake = library.open_intake(scope_).value();
  ASSERT_TRUE(intake->write(as_bytes("maybe")));
  ASSERT_TRUE(intake->finish());
  EXPECT_EQ(intake->commit(submission()).error().code, ErrorCode::outcome_unknown);
  intake.reset();
  EXPECT_EQ(blob_count(), 1U) << "the row may exist, so its bytes must";

  // The catalogue does not show a row that it is not sure of, so the content looks like an orphan.
  clock_.advance(std::chrono::hours(48));
  Sweeper sweeper(uncertain, store_, library.live_blobs(), clock_, log_);
  EXPECT_EQ(sweeper.remove_orphans(), 0U);
  EXPECT_EQ(blob_count(), 1U);
}

}  // namespace
}  // namespace argot::files
