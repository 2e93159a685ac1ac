#include <algorithm>
#include <array>

#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

TEST_P(CatalogContract, WhatCameInPartsWaitsWhateverItsStatus) {
  NewFile file = new_file();
  file.part_count = 2;
  file.status = FileStatus::error;
  file.status_details = "wrong";
  const File committed = value_of(catalog->commit_file(file));
  EXPECT_EQ(value_of(catalog->waiting_files()), 1U);
  const std::optional<WaitingFile> lent = claim_waiting();
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->content.file.status, FileStatus::error);
  EXPECT_EQ(lent->content.file.part_count, 2U);
  const Settlement settlement{
      .status = FileStatus::error, .status_details = "wrong", .report = "digested"};
  EXPECT_TRUE(value_of(catalog->settle_waiting(*lent, settlement)));
  EXPECT_EQ(value_of(catalog->waiting_files()), 0U);
  EXPECT_FALSE(value_of(catalog->settle_waiting(*lent, settlement))) << "it was settled";
  const auto found = value_of(catalog->find_report(scope_of(project), committed.id, clock.now()));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->report, "digested");
  EXPECT_EQ(found->file.status, FileStatus::error);
  EXPECT_EQ(found->file.status_details, "wrong");
}

TEST_P(CatalogContract, OnlyFilesThatAreUploadedWait) {
  for (const FileStatus status : {FileStatus::processed, FileStatus::error}) {
    NewFile file = new_file();
    file.status = status;
    value_of(catalog->commit_file(file));
  }
  EXPECT_EQ(next_waiting(), "none");
  EXPECT_EQ(value_of(catalog->waiting_files()), 0U);
  commit_waiting();
  EXPECT_EQ(value_of(catalog->waiting_files()), 1U);
}

TEST_P(CatalogContract, AFileThatIsLentComesWithAllThatItTakesToReadIt) {
  NewFile file = new_file(7);
  file.status = FileStatus::uploaded;
  file.filename = "paper.pdf";
  const File committed = value_of(catalog->commit_file(file));
  EXPECT_EQ(committed.status, FileStatus::uploaded);
  const std::optional<WaitingFile> lent = claim_waiting();
  ASSERT_TRUE(lent);
  EXPECT_EQ(lent->tries, 1U);
  EXPECT_EQ(lent->content.file.id, committed.id);
  EXPECT_EQ(lent->content.file.scope.organization_id, project.organization_id);
  EXPECT_EQ(lent->content.file.scope.project_id, project.id);
  EXPECT_EQ(lent->content.file.filename, "paper.pdf");
  EXPECT_EQ(lent->content.file.bytes, 7U);
  EXPECT_EQ(lent->content.file.blob, file.blob);
  EXPECT_EQ(lent->content.checksums.blocks, file.checksums.blocks);
}

TEST_P(CatalogContract, AFileIsLentToOneAtATimeAndAgainWhenItsTimeIsOver) {
  const File file = commit_waiting();
  ASSERT_EQ(next_waiting(), file.id);
  clock.advance(minutes(1) - milliseconds(1));
  EXPECT_EQ(next_waiting(), "none");
  EXPECT_EQ(value_of(catalog->waiting_files()), 1U);
  clock.advance(milliseconds(1));
  const std::optional<WaitingFile> again = claim_waiting();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->content.file.id, file.id);
  EXPECT_EQ(again->tries, 2U);
}

TEST_P(CatalogContract, TheOldestOfAnOrganizationComesFirst) {
  const std::array<File, 3> files = {commit_waiting(), commit_waiting(), commit_waiting()};
  EXPECT_EQ(next_waiting(), files[0].id);
  EXPECT_EQ(next_waiting(), files[1].id);
  EXPECT_EQ(next_waiting(), files[2].id);
  EXPECT_EQ(next_waiting(), "none");
}

TEST_P(CatalogContract, OrganizationsTakeTurns) {
  std::vector<Project> projects = {project};
  for (const char* const name : {"second", "third"}) {
    projects.push_back(value_of(catalog->create_organization(name)));
  }
  std::ranges::sort(projects, {}, &Project::organization_id);
  std::vector<std::string> expected(7);
  // The last one has the oldest files, and one more.
  for (const std::size_t place : std::array<std::size_t, 6>{2, 1, 0, 5, 4, 3}) {
    expected[place] = commit_waiting(projects[place % 3]).id;
  }
  expected[6] = commit_waiting(projects[2]).id;
  std::vector<std::string> lent;
  std::string last;
  while (const std::optional<WaitingFile> file = claim_waiting(last)) {
    last = file->content.file.scope.organization_id;
    lent.push_back(file->content.file.id);
  }
  EXPECT_EQ(lent, expected);
}

TEST_P(CatalogContract, ASettledFileHasItsNewStatusAndReportAndWaitsNoMore) {
  const File good = commit_waiting();
  const File bad = commit_waiting();
  EXPECT_EQ(kept_report(good.id), "not yet");
  const auto first = claim_waiting();
  const auto second = claim_waiting();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(value_of(catalog->settle_waiting(*first, {.report = "12 tokens"})));
  EXPECT_TRUE(value_of(catalog->settle_waiting(
      *second,
      {.status = FileStatus::error, .status_details = "It is encrypted.", .report = "none"})));
  EXPECT_EQ(found(good.id).status, FileStatus::processed);
  EXPECT_EQ(found(good.id).status_details, "");
  EXPECT_EQ(kept_report(good.id), "12 tokens");
  EXPECT_EQ(found(bad.id).status, FileStatus::error);
  EXPECT_EQ(found(bad.id).status_details, "It is encrypted.");
  EXPECT_EQ(kept_report(bad.id), "none");
  EXPECT_EQ(value_of(catalog->waiting_files()), 0U);
  clock.advance(minutes(2));
  EXPECT_EQ(next_waiting(), "none");
  const FilePage page = value_of(catalog->list_files(query()));
  EXPECT_EQ(page.files.at(0).status, FileStatus::processed);
  EXPECT_EQ(page.files.at(1).status_details, "It is encrypted.");
}

TEST_P(CatalogContract, WhatIsSettledStaysAsItIs) {
  const File file = commit_waiting();
  const auto slow = claim_waiting();
  clock.advance(minutes(1));
  const auto fast = claim_waiting();
  ASSERT_TRUE(slow && fast);
  EXPECT_TRUE(value_of(catalog->settle_waiting(*fast, {.report = "of the second"})));
  EXPECT_FALSE(value_of(
      catalog->settle_waiting(*slow, {.status = FileStatus::error, .report = "of the first"})));
  EXPECT_EQ(found(file.id).status, FileStatus::processed);
  EXPECT_EQ(kept_report(file.id), "of the second");
}

TEST_P(CatalogContract, AFileThatIsGoneIsNeitherLentNorSettled) {
  const File file = commit_waiting();
  const auto lent = claim_waiting();
  ASSERT_TRUE(lent);
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), file.id, clock.now())));
  EXPECT_EQ(value_of(catalog->waiting_files()), 0U);
  // SQLite may give the next row the number of the deleted one.
  const File next_file = commit_waiting();
  EXPECT_FALSE(value_of(catalog->settle_waiting(*lent, {.report = "of another"})));
  EXPECT_EQ(found(next_file.id).status, FileStatus::uploaded);
  EXPECT_EQ(kept_report(next_file.id), "not yet");
  const auto lent_next = claim_waiting();
  ASSERT_TRUE(lent_next);
  EXPECT_TRUE(catalog->return_waiting(*lent, clock.now()));
  EXPECT_EQ(next_waiting(), "none");
}

TEST_P(CatalogContract, AnExpiredFileGoesWhileItWaits) {
  NewFile file = new_file();
  file.status = FileStatus::uploaded;
  file.expires_after_seconds = 3'600;
  const File committed = value_of(catalog->commit_file(file));
  const WallTime end = from_unix_seconds(*committed.expires_at);
  EXPECT_EQ(value_of(catalog->delete_expired(end, 10)), 1U);
  EXPECT_EQ(value_of(catalog->waiting_files()), 0U);
}

TEST_P(CatalogContract, AFileThatIsGivenBackIsAsIfItHadNotBeenLent) {
  const File file = commit_waiting();
  for (int time = 0; time < 3; ++time) {
    const auto lent = claim_waiting();
    ASSERT_TRUE(lent);
    EXPECT_EQ(lent->content.file.id, file.id);
    EXPECT_EQ(lent->tries, 1U);
    EXPECT_TRUE(catalog->return_waiting(*lent, clock.now()));
  }
}

TEST_P(CatalogContract, AFileThatIsGivenBackForLaterIsLentThen) {
  commit_waiting();
  const auto lent = claim_waiting();
  ASSERT_TRUE(lent);
  EXPECT_TRUE(catalog->return_waiting(*lent, clock.now() + minutes(5)));
  EXPECT_EQ(value_of(catalog->waiting_files()), 1U);
  clock.advance(minutes(5) - std::chrono::milliseconds(1));
  EXPECT_EQ(next_waiting(), "none");
  clock.advance(std::chrono::milliseconds(1));
  const auto again = claim_waiting();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tries, 1U);
}

TEST_P(CatalogContract, AFileThatWasLentAgainIsNotGivenBackByTheFirst) {
  commit_waiting();
  const auto slow = claim_waiting();
  clock.advance(minutes(1));
  const auto fast = claim_waiting();
  ASSERT_TRUE(slow && fast);
  EXPECT_TRUE(catalog->return_waiting(*slow, clock.now()));
  EXPECT_EQ(next_waiting(), "none") << "the second still has it";
  EXPECT_TRUE(catalog->return_waiting(*fast, clock.now()));
  const auto again = claim_waiting();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->tries, 2U);
}

TEST_P(CatalogContract, AStartEndsAllLoansAndKeepsTheirCount) {
  const File first = commit_waiting();
  const File second = commit_waiting();
  ASSERT_EQ(next_waiting(), first.id);
  ASSERT_EQ(next_waiting(), second.id);
  ASSERT_TRUE(catalog->release_waiting());
  const auto again = claim_waiting();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->content.file.id, first.id);
  EXPECT_EQ(again->tries, 2U);
}

TEST_P(CatalogContract, TheSameCreateDoneTwiceWaitsOnce) {
  NewFile file = try_of(0, "the key");
  file.status = FileStatus::uploaded;
  const std::string id = answer(file);
  file.blob = BlobId::mint(random);
  EXPECT_EQ(answer(file), id);
  EXPECT_EQ(value_of(catalog->waiting_files()), 1U);
}

}  // namespace
}  // namespace argot::catalog
