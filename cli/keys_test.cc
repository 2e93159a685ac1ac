#include "cli/keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>

#include "api/api_key.h"
#include "base/log.h"
#include "catalog/sqlite_catalog.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

// Beside a catalogue that somebody else has open, as a server would.
class Keys : public ::testing::Test {
 protected:
  Keys() {
    auto opened = catalog::SqliteCatalog::open({.path = folder_ / "meta.db",
                                                .clock = clock_,
                                                .random = random_,
                                                .log = log_,
                                                .on_outcome_unknown = [](const Error&) {}});
    if (!opened) std::abort();
    live_ = *std::move(opened);
    organization_ = live_->create_organization("first")->organization_id;
  }

  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    return run_keys({.arguments = std::move(arguments),
                     .environment = {{"ARGOT_DATA", folder_.path().string()}}},
                    {.out = out_, .err = err_});
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  argot::testing::TempFolder folder_;
  SystemClock clock_;
  argot::testing::SeededRandom random_;
  SilentLog log_;
  std::unique_ptr<catalog::Catalog> live_;
  std::string organization_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Keys, AKeyWhoseTextIsLostIsRevoked) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"create"}, {"create", "--json"}}) {
    std::ofstream full("/dev/full");
    err_.str("");
    EXPECT_EQ(
        run_keys({.arguments = arguments, .environment = {{"ARGOT_DATA", folder_.path().string()}}},
                 {.out = full, .err = err_}),
        exit_failure);
    const auto keys = live_->keys();
    ASSERT_TRUE(keys);
    const auto active = [](const catalog::Key& key) { return !key.revoked_at; };
    EXPECT_TRUE(std::ranges::none_of(*keys, active));
    EXPECT_EQ(err(), "argot: standard output takes no more, and the text of the key " +
                         keys->back().public_id + " is lost with it: the key is revoked\n");
  }
}

TEST_F(Keys, CreatePrintsTheKeyAloneAndALiveServerSeesIt) {
  ASSERT_EQ(run({"create", "--name", "ci", "--scopes", "read"}), exit_success) << err();
  ASSERT_EQ(out().size(), api::key_text_bytes + 1);
  const auto parts = api::parse_key(out().substr(0, api::key_text_bytes));
  ASSERT_TRUE(parts);
  const auto key = *live_->find_key(parts->public_id);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "ci");
  EXPECT_EQ(key->scope.organization_id, organization_);
  EXPECT_EQ(key->permissions, static_cast<std::uint32_t>(catalog::Permission::files_read));
  EXPECT_NE(err().find(parts->public_id), std::string::npos);
  EXPECT_EQ(err().find(out().substr(30, 30)), std::string::npos);
}

TEST_F(Keys, CreateReadsWritesAndDeletesUnlessItIsToldOtherwise) {
  ASSERT_EQ(run({"create", "--json", "--expires-in", "30d"}), exit_success) << err();
  EXPECT_NE(out().find("\"scopes\":[\"read\",\"write\",\"delete\"]"), std::string::npos) << out();
  EXPECT_EQ(out().find("\"expires_at\":null"), std::string::npos);
  EXPECT_EQ(err(), "");
  const auto key = live_->keys()->front();
  EXPECT_EQ(*key.expires_at - key.created_at, std::chrono::days(30));
}

TEST_F(Keys, RevokeIsSeenByALiveServer) {
  ASSERT_EQ(run({"create"}), exit_success);
  const std::string id = live_->keys()->front().public_id;
  EXPECT_EQ(run({"revoke", id}), exit_success) << err();
  EXPECT_TRUE((*live_->find_key(id))->revoked_at);
  EXPECT_EQ(run({"revoke", id}), exit_success);
  EXPECT_EQ(run({"list"}), exit_success);
  EXPECT_NE(out().find(id + "  revoked"), std::string::npos) << out();
}

TEST_F(Keys, RevokeNamesAKeyThatDoesNotExist) {
  EXPECT_EQ(run({"revoke", "nobody"}), exit_failure);
  EXPECT_TRUE(err().starts_with("argot: there is no key \"nobody\"")) << err();
  EXPECT_EQ(run({"revoke"}), exit_usage);
}

TEST_F(Keys, RevokeDoesNotRepeatAKeyThatIsGivenWhole) {
  ASSERT_EQ(run({"create"}), exit_success);
  const std::string text = out().substr(0, api::key_text_bytes);
  EXPECT_EQ(run({"revoke", text}), exit_failure);
  EXPECT_EQ(err().find(text.substr(20)), std::string::npos) << err();
}

TEST_F(Keys, ListHasAFormForPeopleAndOneForPrograms) {
  ASSERT_EQ(run({"create", "--name", "ci"}), exit_success);
  EXPECT_EQ(run({"list"}), exit_success);
  EXPECT_TRUE(out().starts_with("ID ")) << out();
  EXPECT_EQ(run({"list", "--json"}), exit_success);
  EXPECT_TRUE(out().starts_with("{\"object\":\"list\"")) << out();
}

TEST_F(Keys, MistakesAreNamedAndMakeNothing) {
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"create", "--scopes", "all"},
        {"create", "--expires-in", "soon"},
        {"create", "--expires-in", "0s"},
        {"create", "--organization", "org-none"},
        {"create", "--organization", organization_, "--new-organization", "x"},
        {"create", "--project", "p", "--new-project", "x"},
        {"create", "now"},
        {"list", "--name", "x"},
        {"destroy"},
        {}}) {
    EXPECT_EQ(run(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
  }
  EXPECT_TRUE(live_->keys()->empty());
  EXPECT_EQ(live_->organizations()->size(), 1U);
}

TEST_F(Keys, NeedACatalogueThatExists) {
  EXPECT_EQ(run({"list", "--data", folder_ / "none"}), exit_failure);
  EXPECT_NE(err().find("there is no catalogue at"), std::string::npos) << err();
  EXPECT_EQ(run({"list", "--catalog", "sqlite:" + (folder_ / "meta.db")}), exit_success);
  EXPECT_EQ(run({"--data", folder_.path().string(), "list"}), exit_success);
  // Nobody listens on a socket there.
  const std::string nobody = "postgres://argot:secret@/db?host=" + folder_.path().string();
  EXPECT_EQ(run({"list", "--catalog", nobody}), exit_failure);
  EXPECT_NE(err().find("the catalogue 'postgres:///db' cannot be reached"), std::string::npos)
      << err();
  EXPECT_EQ(err().find("secret"), std::string::npos) << err();
}

}  // namespace
}  // namespace argot::cli
