#include <gmock/gmock.h>

#include "base/limits.h"
#include "catalog/catalog_contract.h"

namespace argot::catalog {
namespace {

using namespace std::chrono_literals;

TEST_P(CatalogContract, ARetryIsAnsweredWithTheFileAndChargedOnce) {
  const std::string first = answer(try_of(0));
  EXPECT_EQ(answer(try_of(1)), first);
  EXPECT_EQ(answer(try_of(2)), first) << "the second reply was lost as well";
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
}

TEST_P(CatalogContract, TheBlobOfARetryIsKnownToNobody) {
  const NewFile first = try_of(0);
  const NewFile second = try_of(1);
  answer(first);
  const File claimed = value_of(catalog->commit_file(second));
  EXPECT_EQ(claimed.blob, first.blob);
  EXPECT_TRUE(value_of(catalog->is_known(first.blob)));
  EXPECT_FALSE(value_of(catalog->is_known(second.blob)));
}

TEST_P(CatalogContract, TheSameBytesSentOnPurposeAreASecondFile) {
  const std::string first = answer(try_of(0));
  EXPECT_NE(answer(try_of(0)), first);
  NewFile without = try_of(0);
  without.attempt.reset();
  EXPECT_NE(answer(without), first);
  EXPECT_EQ(usage(), (Usage{.bytes = 30, .files = 3}));
}

TEST_P(CatalogContract, TwoUploadsWithLostRepliesStayTwo) {
  const std::string first = answer(try_of(0));
  const std::string second = answer(try_of(0));
  const std::string one = answer(try_of(1));
  const std::string other = answer(try_of(1));
  EXPECT_THAT((std::vector{one, other}), ::testing::UnorderedElementsAre(first, second));
  const std::string third = answer(try_of(1));
  EXPECT_THAT((std::vector{first, second}), ::testing::Not(::testing::Contains(third)))
      << "each is given once to each retry";
}

// The connection broke, the client tried again, and the server was slow to notice.
TEST_P(CatalogContract, ATryThatEndsAfterItsRetryIsTheSameFile) {
  const NewFile slow = try_of(0);
  const NewFile slower = try_of(1);
  clock.advance(1s);
  const std::string third = answer(try_of(2));
  EXPECT_EQ(answer(slow), third);
  EXPECT_EQ(answer(slower), third);
  EXPECT_NE(answer(try_of(0)), third) << "this one began afterwards";
  EXPECT_NE(answer(slow), third) << "once";
}

TEST_P(CatalogContract, AFileOfLaterTriesAloneIsNoFileOfAnEarlierOne) {
  const std::string second = answer(try_of(2));
  EXPECT_NE(answer(try_of(1)), second) << "it began when that one was over";
}

TEST_P(CatalogContract, AnythingElseIsAnotherUpload) {
  const Project second = value_of(catalog->create_project(project.organization_id, "second"));
  const Project foreign = value_of(catalog->create_organization("Other"));
  struct Case {
    std::string what;
    std::function<void(NewFile&)> change;
  };
  const std::vector<Case> cases = {
      {"content", [](NewFile& file) { file.sha256.bytes[31] ^= std::byte{1}; }},
      {"name", [](NewFile& file) { file.filename = "notes.tx"; }},
      {"purpose", [](NewFile& file) { file.purpose = "vision"; }},
      {"expiry", [](NewFile& file) { file.expires_after_seconds = 3'600; }},
      {"expiry of none", [](NewFile& file) { file.expires_after_seconds = 0; }},
      {"API key", [](NewFile& file) { file.attempt->key_id = "k2"; }},
      {"project", [&](NewFile& file) { file.scope = scope_of(second); }},
      {"organisation", [&](NewFile& file) { file.scope = scope_of(foreign); }},
  };
  const std::string first = answer(try_of(0));
  for (const Case& changed : cases) {
    NewFile retry = try_of(1);
    changed.change(retry);
    EXPECT_NE(answer(retry), first) << changed.what;
  }
  EXPECT_EQ(answer(try_of(1)), first);
}

TEST_P(CatalogContract, WhatWasDeletedOrHasExpiredWasNotLost) {
  const std::string first = answer(try_of(0));
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), first, clock.now())));
  const std::string second = answer(try_of(1));
  EXPECT_NE(second, first);

  NewFile expiring = try_of(0);
  expiring.expires_after_seconds = 1;
  const std::string short_lived = answer(expiring);
  clock.advance(2s);
  NewFile retry = try_of(1);
  retry.expires_after_seconds = 1;
  EXPECT_NE(answer(retry), short_lived);
}

TEST_P(CatalogContract, ARetryFindsItsFileForTenMinutes) {
  const std::string first = answer(try_of(0));
  const WallTime committed = clock.now();
  clock.advance(limits::retry_window - 2ms);
  EXPECT_EQ(answer(try_of(1)), first);
  ASSERT_EQ(clock.now(), committed + limits::retry_window - 1ms);
  EXPECT_NE(answer(try_of(2)), first);
}

TEST_P(CatalogContract, ARetryFitsWhereItsFileTookTheLastOfTheQuota) {
  NewFile file = try_of(0);
  file.organization_bytes_max = 10;
  const std::string first = answer(file);
  NewFile retry = try_of(1);
  retry.organization_bytes_max = 10;
  EXPECT_EQ(answer(retry), first);
  NewFile another = try_of(0);
  another.organization_bytes_max = 10;
  EXPECT_EQ(code_of(catalog->commit_file(another)), "organization_quota_exceeded");
}

TEST_P(CatalogContract, ARefusedCreateWasNotDone) {
  NewFile refused = try_of(0);
  refused.organization_bytes_max = 9;
  EXPECT_EQ(code_of(catalog->commit_file(refused)), "organization_quota_exceeded");
  answer(try_of(1));
  EXPECT_EQ(usage(), (Usage{.bytes = 10, .files = 1}));
  NewFile keyed = try_of(0, "a");
  keyed.organization_bytes_max = 15;
  EXPECT_EQ(code_of(catalog->commit_file(keyed)), "organization_quota_exceeded");
  answer(try_of(0, "a"));
  EXPECT_EQ(usage().files, 2U);
}

TEST_P(CatalogContract, OneIdempotencyKeyIsOneFile) {
  const std::string first = answer(try_of(0, "a"));
  EXPECT_EQ(answer(try_of(0, "a")), first);
  EXPECT_EQ(answer(try_of(3, "a")), first);
  EXPECT_NE(answer(try_of(0, "b")), first);
  EXPECT_NE(answer(try_of(1, "A")), first) << "keys are compared byte by byte";
  EXPECT_NE(answer(try_of(1)), first) << "a retry without a key is none of one with a key";
  NewFile foreign = try_of(0, "a");
  foreign.attempt->key_id = "k2";
  EXPECT_NE(answer(foreign), first) << "another API key's keys are its own";
}

TEST_P(CatalogContract, AnIdempotencyKeyForAnotherFileIsAnError) {
  const std::string first = answer(try_of(0, "a"));
  NewFile other = try_of(1, "a");
  other.filename = "other.txt";
  const Result<File> refused = catalog->commit_file(other);
  EXPECT_EQ(code_of(refused), "idempotency_key_reused");
  EXPECT_EQ(refused.error().detail, "a");
  EXPECT_EQ(usage().files, 1U);
  EXPECT_EQ(answer(try_of(1, "a")), first);
}

TEST_P(CatalogContract, AnIdempotencyKeyKeepsItsAnswerWhenTheFileIsGone) {
  NewFile file = try_of(0, "a");
  file.expires_after_seconds = 7'200;
  clock.advance(1s);
  const File first = value_of(catalog->commit_file(file));
  ASSERT_TRUE(value_of(catalog->delete_file(organization_scope(), first.id, clock.now())));
  clock.advance(1h);
  NewFile again = try_of(0, "a");
  again.expires_after_seconds = 7'200;
  const File second = value_of(catalog->commit_file(again));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.created_at, first.created_at);
  EXPECT_EQ(second.expires_at, first.expires_at);
  EXPECT_EQ(second.bytes, first.bytes);
  EXPECT_EQ(usage(), Usage{}) << "it is answered, and not made again";
}

TEST_P(CatalogContract, AnIdempotencyKeyIsFreeAfterADay) {
  const std::string first = answer(try_of(0, "a"));
  clock.advance(limits::idempotency_key_lifetime - 2ms);
  EXPECT_EQ(answer(try_of(0, "a")), first);
  NewFile other = try_of(0, "a");
  other.filename = "other.txt";
  const std::string second = answer(other);
  EXPECT_NE(second, first);
  EXPECT_EQ(answer(other), second) << "and it is taken again";
}

TEST_P(CatalogContract, AreForgottenWhenNobodyAsksForThem) {
  for (int index = 0; index < 3; ++index) answer(try_of(0));
  answer(try_of(0, "a"));
  EXPECT_EQ(value_of(catalog->forget_attempts(clock.now(), 10)), 0U);
  clock.advance(limits::retry_window);
  EXPECT_EQ(value_of(catalog->forget_attempts(clock.now(), 2)), 2U);
  EXPECT_EQ(value_of(catalog->forget_attempts(clock.now(), 2)), 1U);
  EXPECT_EQ(value_of(catalog->forget_attempts(clock.now(), 2)), 0U);
  clock.advance(limits::idempotency_key_lifetime);
  EXPECT_EQ(value_of(catalog->forget_attempts(clock.now(), 2)), 1U);
  EXPECT_EQ(usage().files, 4U) << "the files stay";
}

}  // namespace
}  // namespace argot::catalog
