#include "api/tenant_cache.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/memory_catalog.h"
#include "catalog/sqlite_catalog.h"
#include "tests/support/fakes.h"

namespace argot::api {
namespace {

// Counts what it is asked for; tells its revision only if it is to.
class AskedCatalog final : public catalog::MemoryCatalog {
 public:
  using MemoryCatalog::MemoryCatalog;

  std::optional<catalog::Revision> revision() override { return current; }
  bool reads_wait() const override { return is_far; }
  Result<std::optional<catalog::Key>> find_key(std::string_view public_id) override {
    ++asked;
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return MemoryCatalog::find_key(public_id);
  }
  Result<std::vector<catalog::Project>> projects(std::string_view organization_id) override {
    ++asked;
    return MemoryCatalog::projects(organization_id);
  }

  std::optional<catalog::Revision> current = catalog::Revision{};
  bool is_far = false;
  int asked = 0;
  std::function<void()> meanwhile;
};

class TenantCacheTest : public ::testing::Test {
 protected:
  TenantCacheTest() {
    project = catalog.create_organization("o").value();
    organization_id = project.organization_id;
    add_key("key");
  }

  void add_key(std::string public_id) {
    ASSERT_TRUE(catalog.create_key({.public_id = std::move(public_id),
                                    .secret_sha256 = {},
                                    .scope = {.organization_id = organization_id}}));
  }
  void change() { ++catalog.current->words[11]; }

  testing::FakeClock clock;
  testing::SeededRandom random;
  AskedCatalog catalog{clock, random};
  TenantCache cache{catalog, clock};
  catalog::Project project;
  std::string organization_id;
};

TEST_F(TenantCacheTest, AsksOnceWhileNothingChanges) {
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(cache.key("key").value()->public_id, "key");
    EXPECT_EQ(cache.first_project(organization_id).value(), project.id);
  }
  EXPECT_EQ(catalog.asked, 2);
}

TEST_F(TenantCacheTest, AsksAnewAfterEveryChange) {
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  EXPECT_EQ(cache.first_project(organization_id).value(), project.id);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  const auto added = catalog.create_project(organization_id, "p");
  ASSERT_TRUE(added);
  change();
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
  EXPECT_EQ(cache.has_project(organization_id, added.value().id).value(), true);
}

TEST_F(TenantCacheTest, AskingForOneDoesNotMakeTheOthersNew) {
  add_key("other");
  ASSERT_TRUE(cache.key("key"));
  ASSERT_TRUE(cache.key("other"));
  ASSERT_TRUE(cache.first_project(organization_id));
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  const auto added = catalog.create_project(organization_id, "p");
  ASSERT_TRUE(added);
  change();
  ASSERT_TRUE(cache.key("other"));
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
  EXPECT_EQ(cache.has_project(organization_id, added.value().id).value(), true);
}

TEST_F(TenantCacheTest, AChangeWhileItAsksIsNotMissed) {
  catalog.meanwhile = [&] { change(); };
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
}

TEST_F(TenantCacheTest, KeepsNothingWhereChangesCannotBeTold) {
  catalog.current.reset();
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
}

TEST_F(TenantCacheTest, KeepsWhatAFarCatalogueSaidForHalfASecond) {
  catalog.current.reset();
  catalog.is_far = true;
  const auto is_revoked = [&] { return cache.key("key").value()->revoked_at.has_value(); };
  EXPECT_FALSE(is_revoked());
  EXPECT_FALSE(is_revoked());
  EXPECT_EQ(catalog.asked, 1);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  clock.advance(std::chrono::milliseconds(500));
  EXPECT_TRUE(is_revoked());
}

TEST_F(TenantCacheTest, WhatAFarCatalogueIsAskedForLongAgoIsForgottenThoughOthersAreAskedFor) {
  add_key("other");
  catalog.current.reset();
  catalog.is_far = true;
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  for (int step = 0; step < 10; ++step) {
    clock.advance(std::chrono::milliseconds(50));
    ASSERT_TRUE(cache.key("other").value());
  }
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
}

TEST_F(TenantCacheTest, AFarCatalogueThatTakesLongIsAskedAgain) {
  catalog.current.reset();
  catalog.is_far = true;
  catalog.meanwhile = [&] { clock.advance(std::chrono::milliseconds(500)); };
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  ASSERT_TRUE(catalog.revoke_key("key", WallTime()));
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
}

TEST_F(TenantCacheTest, UnknownKeysAreNotKept) {
  EXPECT_FALSE(cache.key("new").value());
  add_key("new");
  EXPECT_TRUE(cache.key("new").value());
}

TEST_F(TenantCacheTest, HoldsSoManyAtMost) {
  constexpr int count = 5'000;
  for (int key = 0; key < count; ++key) add_key("k" + std::to_string(key));
  for (int key = 0; key < count; ++key) ASSERT_TRUE(cache.key("k" + std::to_string(key)));
  catalog.asked = 0;
  for (int key = 0; key < count; ++key) ASSERT_TRUE(cache.key("k" + std::to_string(key)));
  EXPECT_GT(catalog.asked, 0);
}

// The two as they are in a server, and a program beside it.
TEST(TenantCache, SeesWhatAnotherProgramChanged) {
  testing::TempFolder folder;
  testing::FakeClock clock;
  testing::SeededRandom random;
  SilentLog log;
  const catalog::SqliteOptions options{
      .path = folder / "meta.db", .clock = clock, .random = random, .log = log};
  const auto ours = catalog::SqliteCatalog::open(options).value();
  const std::string organization_id = ours->create_organization("o").value().organization_id;
  ASSERT_TRUE(ours->create_key(
      {.public_id = "key", .secret_sha256 = {}, .scope = {.organization_id = organization_id}}));
  TenantCache cache(*ours, clock);
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  const auto theirs = catalog::SqliteCatalog::open(options).value();
  EXPECT_FALSE(cache.key("key").value()->revoked_at);
  ASSERT_TRUE(theirs->revoke_key("key", WallTime()));
  EXPECT_TRUE(cache.key("key").value()->revoked_at);
}

}  // namespace
}  // namespace argot::api
