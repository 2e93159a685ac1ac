#include "server/tenants.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "api/api_key.h"
#include "base/log.h"
#include "catalog/sqlite_catalog.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

using argot::testing::FakeClock;
using argot::testing::SeededRandom;
using catalog::Permission;

class Tenants : public ::testing::Test {
 protected:
  Tenants() {
    auto opened = catalog::SqliteCatalog::open({.path = folder_ / "meta.db",
                                                .clock = clock_,
                                                .random = random_,
                                                .log = log_,
                                                .on_outcome_unknown = [](const Error&) {}});
    if (!opened) std::abort();
    catalog_ = std::move(*opened);
  }

  std::string write_key_file(const std::string& text) {
    std::ofstream(folder_ / "key") << text;
    return folder_ / "key";
  }

  FirstKey key(FirstKey::Origin origin) {
    return {.text = api::mint_key(random_).text, .origin = origin};
  }

  Result<bool> add(const FirstKey& key) {
    return add_first_key(*catalog_, key, *ensure_organization(*catalog_), clock_.now());
  }

  std::optional<catalog::Key> found(const FirstKey& key) {
    return *catalog_->find_key(api::parse_key(key.text)->public_id);
  }

  argot::testing::TempFolder folder_;
  FakeClock clock_;
  SeededRandom random_{7};
  SilentLog log_;
  std::unique_ptr<catalog::Catalog> catalog_;
};

TEST_F(Tenants, StartWithOneOrganizationThatHasAProject) {
  const auto scope = ensure_organization(*catalog_);
  ASSERT_TRUE(scope) << describe(scope.error());
  EXPECT_EQ(scope->project_id, std::nullopt);
  EXPECT_EQ(catalog_->projects(scope->organization_id)->size(), 1U);
}

TEST_F(Tenants, KeepTheOldestOrganization) {
  const std::string first = ensure_organization(*catalog_)->organization_id;
  ASSERT_TRUE(catalog_->create_organization("second"));
  EXPECT_EQ(ensure_organization(*catalog_)->organization_id, first);
  EXPECT_EQ(catalog_->organizations()->size(), 2U);
}

TEST_F(Tenants, GetAKeyThatReadsWritesAndDeletes) {
  const auto chosen = choose_first_key(*catalog_, std::nullopt, random_);
  ASSERT_TRUE(chosen && *chosen);
  EXPECT_EQ((*chosen)->origin, FirstKey::Origin::minted);
  EXPECT_EQ(add(**chosen), true);
  const auto row = found(**chosen);
  ASSERT_TRUE(row);
  EXPECT_TRUE(row->may(Permission::files_read));
  EXPECT_TRUE(row->may(Permission::files_write));
  EXPECT_TRUE(row->may(Permission::files_delete));
  EXPECT_FALSE(row->may(Permission::files_internal));
  EXPECT_EQ(row->scope.organization_id, ensure_organization(*catalog_)->organization_id);
  EXPECT_EQ(row->scope.project_id, std::nullopt);
  EXPECT_EQ(row->expires_at, std::nullopt);
  EXPECT_EQ(row->created_at, clock_.now());
}

TEST_F(Tenants, GetNoSecondKeyWhereOneExists) {
  ASSERT_TRUE(add(key(FirstKey::Origin::minted)));
  const auto chosen = choose_first_key(*catalog_, std::nullopt, random_);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(*chosen, std::nullopt);
}

TEST_F(Tenants, KeepTheStoredKey) {
  const FirstKey first = key(FirstKey::Origin::minted);
  ASSERT_EQ(add(first), true);
  const auto chosen = choose_first_key(*catalog_, first.text, random_);
  ASSERT_TRUE(chosen && *chosen);
  EXPECT_EQ((*chosen)->text, first.text);
  EXPECT_EQ((*chosen)->origin, FirstKey::Origin::stored);
  EXPECT_EQ(add(**chosen), false);
  EXPECT_EQ(catalog_->keys()->size(), 1U);
}

TEST_F(Tenants, TakeUpAStoredKeyThatACrashKeptFromTheCatalogue) {
  const FirstKey stored = key(FirstKey::Origin::stored);
  EXPECT_EQ((*choose_first_key(*catalog_, stored.text, random_))->text, stored.text);
  EXPECT_EQ(add(stored), true);
  EXPECT_TRUE(found(stored));
}

TEST_F(Tenants, GrantNothingToAStoredKeyOfAnotherCatalogue) {
  ASSERT_EQ(add(key(FirstKey::Origin::minted)), true);
  const FirstKey stored = key(FirstKey::Origin::stored);
  EXPECT_EQ(add(stored), false);
  EXPECT_FALSE(found(stored));
}

TEST_F(Tenants, ReplaceAStoredTextThatIsNoKey) {
  const auto chosen = choose_first_key(*catalog_, "sk-argot-nonsense", random_);
  ASSERT_TRUE(chosen && *chosen);
  EXPECT_EQ((*chosen)->origin, FirstKey::Origin::minted);
}

TEST_F(Tenants, TakeTheirFirstKeyFromAFile) {
  const std::string text = api::mint_key(random_).text;
  for (const std::string& form : {text, text + "\n", "  " + text + "\r\n"}) {
    const auto read = read_bootstrap_key(write_key_file(form));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->text, text);
    EXPECT_EQ(read->origin, FirstKey::Origin::bootstrap);
  }
}

TEST_F(Tenants, RefuseAKeyFileThatHoldsNoKeyAndDoNotShowIt) {
  const std::string text = api::mint_key(random_).text;
  std::string mistyped = text;
  mistyped.back() = mistyped.back() == '1' ? '2' : '1';
  for (const std::string& form :
       {std::string(), std::string("secret"), mistyped, text + "\n" + text, text + "x"}) {
    const auto read = read_bootstrap_key(write_key_file(form));
    ASSERT_FALSE(read) << form;
    EXPECT_EQ(read.error().code, ErrorCode::cannot_start);
    EXPECT_TRUE(read.error().detail.starts_with("bootstrap_key_file: expected one key"));
    EXPECT_EQ(read.error().detail.find(form.empty() ? "none" : form), std::string::npos);
  }
  const auto missing = read_bootstrap_key(folder_ / "missing");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().detail.find("No such file"), std::string::npos);
}

TEST_F(Tenants, AddABootstrapKeyOnceAndBesideOthers) {
  ASSERT_EQ(add(key(FirstKey::Origin::minted)), true);
  const FirstKey bootstrap = key(FirstKey::Origin::bootstrap);
  EXPECT_EQ(add(bootstrap), true);
  EXPECT_EQ(add(bootstrap), false);
  EXPECT_EQ(catalog_->keys()->size(), 2U);
}

TEST_F(Tenants, RefuseABootstrapKeyWhosePublicIdIsTaken) {
  const FirstKey bootstrap = key(FirstKey::Origin::bootstrap);
  const auto scope = *ensure_organization(*catalog_);
  ASSERT_TRUE(catalog_->create_key(
      {.public_id = api::parse_key(bootstrap.text)->public_id, .scope = scope}));
  const auto added = add(bootstrap);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::cannot_start);
  // The same text stored in the credentials is no reason not to start.
  EXPECT_EQ(add({.text = bootstrap.text, .origin = FirstKey::Origin::stored}), false);
}

TEST_F(Tenants, LeaveARevokedKeyRevoked) {
  const FirstKey bootstrap = key(FirstKey::Origin::bootstrap);
  ASSERT_EQ(add(bootstrap), true);
  ASSERT_TRUE(catalog_->revoke_key(api::parse_key(bootstrap.text)->public_id, clock_.now()));
  EXPECT_EQ(add(bootstrap), false);
  EXPECT_TRUE(found(bootstrap)->revoked_at);
}

}  // namespace
}  // namespace argot::server
