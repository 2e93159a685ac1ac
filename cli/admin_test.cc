#include "cli/admin.h"

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "base/log.h"
#include "catalog/sqlite_catalog.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

// Beside a catalogue that somebody else has open, as a server would.
class Admins : public ::testing::Test {
 protected:
  Admins() {
    auto opened = catalog::SqliteCatalog::open({.path = folder_ / "meta.db",
                                                .clock = clock_,
                                                .random = random_,
                                                .log = log_,
                                                .on_outcome_unknown = [](const Error&) {}});
    if (!opened) std::abort();
    live_ = *std::move(opened);
    first_ = *live_->create_organization("first");
  }

  int run(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    environment_["ARGOT_DATA"] = folder_.path().string();
    return run_admin({.arguments = std::move(arguments), .environment = environment_},
                     {.out = out_, .err = err_});
  }

  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }

  Limits of_organization() { return live_->limits({first_.organization_id, {}})->organization; }
  Limits of_project() { return live_->limits({first_.organization_id, first_.id})->project; }

  argot::testing::TempFolder folder_;
  SystemClock clock_;
  argot::testing::SeededRandom random_;
  SilentLog log_;
  std::unique_ptr<catalog::Catalog> live_;
  catalog::Project first_;
  std::map<std::string, std::string> environment_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(Admins, WhatIsSetIsSeenByALiveServer) {
  ASSERT_EQ(run({"limits", "set", "file_bytes=1GB", "organization_bytes=none"}), exit_success)
      << err();
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), "Set for the organization " + first_.organization_id +
                       ": file_bytes=1GB organization_bytes=none. It counts from the next "
                       "upload.\n");
  EXPECT_EQ(of_organization(), (Limits{{"file_bytes", {1_GiB}}, {"organization_bytes", {}}}));
  ASSERT_EQ(run({"limits", "set", "--project", first_.id, "file_bytes=2GB"}), exit_success);
  EXPECT_EQ(of_project(), (Limits{{"file_bytes", {2_GiB}}}));
  ASSERT_EQ(run({"limits", "set", "file_bytes=default"}), exit_success);
  EXPECT_EQ(of_organization(), (Limits{{"organization_bytes", {}}}));
}

TEST_F(Admins, ShowKnowsTheSettings) {
  environment_["ARGOT_LIMITS_PROFILE"] = "2026-08";
  const std::string config = folder_ / "argot.toml";
  std::ofstream(config) << "limits.batch_file_bytes = \"123MB\"\n";
  ASSERT_EQ(run({"limits", "set", "file_bytes=1GB"}), exit_success) << err();
  ASSERT_EQ(run({"limits", "show", "--config", config}), exit_success) << err();
  for (const std::string_view line : {"file_bytes          512MB    1GB           1GB ",
                                      "batch_file_bytes    123MB    -             123MB ",
                                      "organization_bytes  none     -             none ",
                                      "project_bytes       2.5TB    -             2.5TB "}) {
    EXPECT_NE(out().find(line), std::string::npos) << line << "\n" << out();
  }
  ASSERT_EQ(run({"limits", "show", "--json", "--project", first_.id}), exit_success) << err();
  EXPECT_TRUE(out().starts_with("{\"object\":\"limits\",\"organization_id\":\"" +
                                first_.organization_id + "\",\"project_id\":\"" + first_.id))
      << out();
}

TEST_F(Admins, UsageIsOfAllOrganizationsOrOne) {
  const auto second = *live_->create_organization("second");
  ASSERT_EQ(run({"usage"}), exit_success) << err();
  EXPECT_NE(out().find(first_.organization_id + "  " + first_.id), std::string::npos) << out();
  EXPECT_NE(out().find(second.id), std::string::npos);
  ASSERT_EQ(run({"usage", "--organization", first_.organization_id, "--json"}), exit_success);
  EXPECT_TRUE(out().starts_with("{\"object\":\"list\",\"data\":[{\"object\":\"usage\"")) << out();
  EXPECT_EQ(out().find(second.organization_id), std::string::npos);
}

TEST_F(Admins, MistakesAreNamedAndChangeNothing) {
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{"limits", "set"},
        {"limits", "set", "file_bytes"},
        {"limits", "set", "file_bytes=1GB", "batch_file_bytes=lots"},
        {"limits", "set", "file=1GB"},
        {"limits", "set", "--organization", "org-none", "file_bytes=1GB"},
        {"limits", "set", "--project", "proj_none", "file_bytes=1GB"},
        {"limits", "set", "--project", first_.id, "organization_bytes=1GB"},
        {"limits", "show", "--organization", "org-none"},
        {"limits", "show", "file_bytes"},
        {"limits"},
        {"usage", "--organization", "org-none"},
        {"usage", "--project", first_.id},
        {"raise"},
        {}}) {
    EXPECT_EQ(run(bad), exit_usage) << err();
    EXPECT_TRUE(err().starts_with("argot: ")) << err();
    EXPECT_EQ(out(), "");
  }
  EXPECT_EQ(of_organization(), Limits{});
  ASSERT_TRUE(live_->create_organization("second"));
  EXPECT_EQ(run({"limits", "set", "file_bytes=1GB"}), exit_usage);
  EXPECT_NE(err().find("there are several organizations"), std::string::npos) << err();
}

TEST_F(Admins, NeedACatalogueThatExists) {
  EXPECT_EQ(run({"usage", "--data", folder_ / "none"}), exit_failure);
  EXPECT_NE(err().find("there is no catalogue at"), std::string::npos) << err();
  EXPECT_EQ(run({"usage", "--catalog", "sqlite:" + (folder_ / "meta.db")}), exit_success);
  EXPECT_EQ(run({"--data", folder_.path().string(), "limits", "show"}), exit_success) << err();
}

}  // namespace
}  // namespace argot::cli
