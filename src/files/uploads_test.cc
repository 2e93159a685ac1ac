#include "files/uploads.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "digest/sha256.h"
#include "files/block_test.h"
#include "files/scrubber.h"
#include "files/upload_fixture_test.h"

namespace argot::files {
namespace {

using catalog::FileStatus;
using policy::Purpose;
using policy::ValidationMode;

class UploadsTest : public UploadFixture {
 protected:
  std::string refusal(const std::vector<std::string>& contents, const Announcement& announced,
                      ValidationMode mode = ValidationMode::report) {
    Library library(catalog_, faulty_, clock_, log_, {.policy = policy_of(mode)});
    const auto completed = assemble(library, contents, announced);
    return completed ? "none" : describe(completed.error());
  }
};

TEST_F(UploadsTest, PartsAreOneFileInTheOrderThatIsAskedFor) {
  const catalog::Upload upload = uploads_.uploads().begin(announcement(11)).value();
  EXPECT_EQ(upload.expires_at, upload.created_at + 3'600);
  const std::string world = add(uploads_, upload, "world");
  const std::string unused = add(uploads_, upload, "never");
  const std::string hello = add(uploads_, upload, "hello ");
  const auto completed =
      uploads_.uploads().complete(scope_, upload.id, {.part_ids = {hello, world}, .md5 = {}});
  ASSERT_TRUE(completed);
  EXPECT_EQ(completed->upload.status, catalog::UploadStatus::completed);
  EXPECT_EQ(completed->file.bytes, 11U);
  EXPECT_EQ(completed->file.status, FileStatus::processed);
  EXPECT_EQ(read(completed->file), "hello world");
  EXPECT_EQ(used_bytes(), 11U);
  EXPECT_EQ(sweeper_.remove_garbage().value(), 1U);
  EXPECT_EQ(blob_count(), 2U);
}

TEST_F(UploadsTest, CompletingAgainGivesTheSameFileAndReadsNothing) {
  const catalog::Upload upload = uploads_.uploads().begin(announcement(3)).value();
  const Assembly assembly{.part_ids = {add(uploads_, upload, "abc")}, .md5 = {}};
  const auto first = uploads_.uploads().complete(scope_, upload.id, assembly);
  const auto second = uploads_.uploads().complete(scope_, upload.id, assembly);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->file.id, second->file.id);
  EXPECT_EQ(second->upload.status, catalog::UploadStatus::completed);
  ASSERT_TRUE(uploads_.remove(scope_, first->file.id));
  EXPECT_EQ(uploads_.uploads().complete(scope_, upload.id, assembly).error().code,
            ErrorCode::file_not_found);
}

TEST_F(UploadsTest, OnePartIsAnOrdinaryFile) {
  const catalog::File file = assemble({"whole"});
  EXPECT_EQ(file.part_count, 0U);
  EXPECT_EQ(file.sha256, digest::sha256_of(as_bytes("whole")));
  EXPECT_EQ(read(file), "whole");
}

TEST_F(UploadsTest, EmptyPartsAddNothing) {
  const catalog::File file = assemble({"", "whole", ""});
  EXPECT_EQ(file.part_count, 0U);
  EXPECT_EQ(read(file), "whole");
  EXPECT_EQ(sweeper_.remove_garbage().value(), 2U);
}

TEST_F(UploadsTest, NoPartsAreAFileOfNoBytes) {
  for (const auto& contents : {std::vector<std::string>(), std::vector<std::string>{""}}) {
    const catalog::File file = assemble(contents);
    EXPECT_EQ(file.bytes, 0U);
    EXPECT_EQ(file.sha256, digest::sha256_of({}));
    EXPECT_EQ(read(file), "");
    EXPECT_TRUE(uploads_.open_content(scope_, file.id));
  }
}

TEST_F(UploadsTest, TheDigestOfPartsTellsThemApart) {
  const catalog::File one = assemble({"ab", "c"});
  EXPECT_EQ(one.part_count, 2U);
  EXPECT_EQ(one.sha256, assemble({"ab", "c"}).sha256);
  EXPECT_NE(one.sha256, assemble({"a", "bc"}).sha256);
  EXPECT_NE(one.sha256, assemble({"c", "ab"}).sha256);
}

TEST_F(UploadsTest, WhatIsNotWholeIsRefusedAndStaysPending) {
  const catalog::Upload upload = uploads_.uploads().begin(announcement(6)).value();
  const std::string part = add(uploads_, upload, "abc");
  const auto refused = [&](std::vector<std::string> ids) {
    const auto completed =
        uploads_.uploads().complete(scope_, upload.id, {.part_ids = std::move(ids), .md5 = {}});
    return completed ? "none" : describe(completed.error());
  };
  EXPECT_EQ(refused({part}),
            "invalid_request: The parts have 3 bytes together, but the Upload was created for 6. "
            "(part_ids)");
  EXPECT_EQ(refused({part, part}), "invalid_request: The Upload has no part '" + part +
                                       "', or it is named twice. (part_ids)");
  EXPECT_EQ(refused({part, "part_x"}),
            "invalid_request: The Upload has no part 'part_x', or it is named twice. (part_ids)");
  EXPECT_EQ(refused({part, add(uploads_, upload, "def")}), "none");
}

TEST_F(UploadsTest, WhatIsAnnouncedIsJudgedByItsNameAndItsSize) {
  EXPECT_EQ(refusal({}, announcement(16_MiB + 1)), "file_too_large: 16 MB");
  EXPECT_EQ(refusal({}, announcement(101_MiB, Purpose::batch)), "file_too_large: 16 MB");
  EXPECT_EQ(refusal({}, announcement(0, Purpose::assistants, "a.exe")),
            "unsupported_extension: .exe");
  EXPECT_EQ(refusal({}, announcement(0, Purpose::assistants, "a.exe"), ValidationMode::off),
            "none");
}

TEST_F(UploadsTest, AFullOrganizationIsToldBeforeItSendsAnything) {
  policy::Policy policy = policy_of(ValidationMode::report);
  policy.organization_bytes_max = 10;
  Library small(catalog_, faulty_, clock_, log_, {.policy = policy});
  EXPECT_TRUE(small.uploads().begin(announcement(10)));
  EXPECT_EQ(small.uploads().begin(announcement(11)).error().code,
            ErrorCode::organization_quota_exceeded);
  policy.organization_bytes_max = {};
  policy.project_bytes_max = 10;
  Library smaller(catalog_, faulty_, clock_, log_, {.policy = policy});
  EXPECT_EQ(smaller.uploads().begin(announcement(11)).error().code,
            ErrorCode::project_quota_exceeded);
}

TEST_F(UploadsTest, ContentIsRefusedInStrictModeOnly) {
  const std::vector<std::string> binary = {std::string("\x01\x02\x03\x04", 4),
                                           std::string("\x05\x06\x07\x08", 4)};
  const Announcement announced = announcement(8, Purpose::fine_tune, "a.jsonl");
  const auto kept = assemble(uploads_, binary, announced);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->file.status, FileStatus::error);
  EXPECT_NE(kept->file.status_details, "");
  EXPECT_NE(uploads_.report(scope_, kept->file.id)->report, "");
  EXPECT_EQ(refusal(binary, announced, ValidationMode::strict), "fine_tune_not_jsonl");
  EXPECT_EQ(refusal(binary, announced, ValidationMode::off), "none");
}

TEST_F(UploadsTest, TooManyTokensAreRefused) {
  policy::Policy policy = policy_of(ValidationMode::report);
  policy.assistants_tokens_max = 3;
  Library small(catalog_, faulty_, clock_, log_, {.policy = policy});
  const auto announced = announcement(22, Purpose::assistants, "a.txt");
  EXPECT_EQ(assemble(small, {"one two thr", "ee four fiv"}, announced).error().code,
            ErrorCode::too_many_tokens);
}

TEST_F(UploadsTest, ADocumentWaitsForItsTextAndWhatCameInPartsForItsDigest) {
  int told = 0;
  Library library(catalog_, faulty_, clock_, log_,
                  {.policy = policy_of(ValidationMode::report), .on_waiting = [&] { ++told; }});
  const auto one = assemble(library, {"%PDF-"}, announcement(5, Purpose::assistants, "a.pdf"));
  EXPECT_EQ(one.value().file.status, FileStatus::uploaded);
  EXPECT_EQ(told, 1);
  const auto two = assemble(library, {"%PD", "F-"}, announcement(5, Purpose::assistants, "a.pdf"));
  EXPECT_EQ(two.value().file.status, FileStatus::uploaded);
  EXPECT_EQ(told, 2);
  const auto three = assemble(library, {"a", "b"}, announcement(2));
  EXPECT_EQ(three.value().file.status, FileStatus::processed);
  EXPECT_EQ(told, 3);
  EXPECT_EQ(assemble(library, {"a"}, announcement(1)).value().file.status, FileStatus::processed);
  EXPECT_EQ(told, 3);
  EXPECT_EQ(catalog_.waiting_files().value(), 3U);
}

TEST_F(UploadsTest, ExpiryIsTheFilesOwn) {
  Announcement announced = announcement(1);
  announced.expires_after_seconds = 7'200;
  const auto given = assemble(uploads_, {"x"}, announced);
  EXPECT_EQ(given.value().file.expires_at, given->file.created_at + 7'200);
  const auto batch = assemble(uploads_, {"{}"}, announcement(2, Purpose::batch, "a.jsonl"));
  EXPECT_EQ(batch.value().file.expires_at, batch->file.created_at + 2'592'000);
  EXPECT_EQ(assemble({"x"}).expires_at, std::nullopt);
}

TEST_F(UploadsTest, AnUploadThatExpiresLeavesNothing) {
  const catalog::Upload upload = uploads_.uploads().begin(announcement(6)).value();
  add(uploads_, upload, "abc");
  clock_.advance(limits::upload_lifetime);
  EXPECT_EQ(uploads_.open_part(scope_, upload.id).error().code, ErrorCode::upload_not_pending);
  EXPECT_EQ(sweeper_.end_uploads().value(), 1U);
  EXPECT_EQ(sweeper_.counters().uploads.value(), 1U);
  EXPECT_EQ(sweeper_.remove_garbage().value(), 1U);
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_EQ(used_bytes(), 0U);
  clock_.advance(limits::upload_memory);
  EXPECT_EQ(sweeper_.end_uploads().value(), 0U);
  EXPECT_EQ(uploads_.open_part(scope_, upload.id).error().code, ErrorCode::upload_not_found);
}

TEST_F(UploadsTest, PartsOfAnUploadAndOfAFileAreNoOrphans) {
  const catalog::Upload upload = uploads_.uploads().begin(announcement(6)).value();
  add(uploads_, upload, "abc");
  assemble({"one", "two"});
  clock_.advance(limits::orphan_age + std::chrono::hours(1));
  EXPECT_EQ(sweeper_.remove_orphans().value(), 0U);
  EXPECT_EQ(blob_count(), 3U);
}

TEST_F(UploadsTest, ADeletedFileTakesItsPartsWithIt) {
  const catalog::File file = assemble({"one", "two"});
  ASSERT_TRUE(uploads_.remove(scope_, file.id));
  EXPECT_EQ(sweeper_.remove_garbage().value(), 2U);
  EXPECT_EQ(blob_count(), 0U);
  EXPECT_EQ(uploads_.open_content(scope_, file.id).error().code, ErrorCode::file_not_found);
}

TEST_F(UploadsTest, OnlyAFileInOnePieceCanBeHadFromTheStoreItself) {
  store_.set_url_prefix("https://store.example/");
  const catalog::File one = assemble({"one"});
  EXPECT_TRUE(uploads_.find_content(scope_, one.id).value()->direct_url(""));
  const catalog::File two = assemble({"one", "two"});
  EXPECT_FALSE(uploads_.find_content(scope_, two.id).value()->direct_url(""));
}

TEST_F(UploadsTest, ContentIsVerifiedAndSentPartByPart) {
  const catalog::File file = assemble(
      {std::string(block_bytes + 5, 'a'), std::string(7, 'b'), std::string(2 * block_bytes, 'c')});
  auto content = uploads_.open_content(scope_, file.id).value();
  EXPECT_EQ(content->verified_from(0), 0U);
  ASSERT_TRUE(content->verify(0, file.bytes));
  EXPECT_EQ(content->verified_from(0), block_bytes);
  EXPECT_EQ(content->verified_from(block_bytes + 1), 4U)
      << "the blocks of a part are checked at once";
  EXPECT_EQ(content->verified_from(block_bytes + 5), 0U) << "it lies in another blob";
  ASSERT_TRUE(content->verify(block_bytes + 6, file.bytes));
  EXPECT_EQ(content->verified_from(block_bytes + 6), 6U);
  EXPECT_EQ(content->region_at(block_bytes + 6).offset, 1U);
  EXPECT_EQ(content->verified_from(0), 0U) << "one blob is open at a time";
  ASSERT_TRUE(content->verify(0, 1));
  EXPECT_EQ(content->verified_from(0), block_bytes);
}

TEST_F(UploadsTest, AStoreThatIsElsewhereIsReadToTheEndOfEachPart) {
  faulty_.hide_descriptors();
  const catalog::File file = assemble({std::string(block_bytes + 5, 'a'), std::string(7, 'b')});
  auto content = uploads_.open_content(scope_, file.id).value();
  ASSERT_TRUE(content->verify(0, file.bytes));
  EXPECT_EQ(faulty_.expected_end(), block_bytes + 5);
  ASSERT_TRUE(content->verify(block_bytes + 5, file.bytes));
  EXPECT_EQ(faulty_.expected_end(), 7U);
}

TEST_F(UploadsTest, DamageInALaterPartIsFoundBeforeItIsSent) {
  const catalog::File file = assemble({"fine", std::string(10, 'b')});
  auto content = uploads_.open_content(scope_, file.id).value();
  faulty_.corrupt_reads_at(5);  // the first part is shorter
  ASSERT_TRUE(content->verify(0, file.bytes));
  EXPECT_EQ(content->verify(4, file.bytes).error().code, ErrorCode::content_corrupt);
  EXPECT_TRUE(watched_.wait_for("alarm_content_corrupt"));
}

TEST_F(UploadsTest, AMissingPartIsAnAlarmUnlessTheFileIsGone) {
  const catalog::File file = assemble({"one", "two"});
  auto content = uploads_.open_content(scope_, file.id).value();
  const auto parts = catalog_.content_parts(file.blob).value();
  ASSERT_TRUE(store_.remove(parts[1].blob));
  ASSERT_TRUE(content->verify(0, 6));
  EXPECT_EQ(content->verify(3, 6).error().code, ErrorCode::content_missing);
  EXPECT_TRUE(watched_.wait_for("alarm_content_missing"));
  ASSERT_TRUE(uploads_.remove(scope_, file.id));
  EXPECT_EQ(content->verify(3, 6).error().code, ErrorCode::file_not_found);
}

TEST_F(UploadsTest, TheScrubberReadsEveryPart) {
  const catalog::File file = assemble({std::string(block_bytes + 5, 'a'), std::string(7, 'b')});
  VerifiedBlocks verified(clock_, std::chrono::hours(1));
  Scrubber scrubber({.catalog = catalog_,
                     .blobs = faulty_,
                     .verified = verified,
                     .clock = clock_,
                     .log = watched_,
                     .interval = std::chrono::hours(24)});
  const auto round = [&] {
    std::uint64_t bytes = 0;
    for (;;) {
      const auto read = scrubber.step().value();
      if (!read) return bytes;
      bytes += *read;
    }
  };
  EXPECT_EQ(round(), file.bytes);
  EXPECT_EQ(scrubber.damaged_files(), 0U);
  clock_.advance(std::chrono::hours(24));
  faulty_.corrupt_reads_at(block_bytes + 1);  // the second part has no such byte
  round();
  EXPECT_EQ(scrubber.damaged_files(), 1U);
  faulty_.heal();
  const auto parts = catalog_.content_parts(file.blob).value();
  ASSERT_TRUE(store_.remove(parts[1].blob));
  clock_.advance(std::chrono::hours(24));
  EXPECT_EQ(round(), block_bytes + 5);
  EXPECT_EQ(scrubber.damaged_files(), 2U);
}

}  // namespace
}  // namespace argot::files
