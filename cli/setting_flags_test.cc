#include "cli/setting_flags.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cli/arguments.h"
#include "server/settings_table.h"
#include "tests/support/fakes.h"

namespace argot::cli {
namespace {

using Variables = std::map<std::string, std::string>;

Result<server::Settings> load(std::vector<std::string> arguments, const Variables& environment) {
  CLI::App app;
  SettingFlags flags(app);
  flags.add_all();
  std::ostringstream out;
  std::ostringstream err;
  const auto code = parse_arguments(app, std::move(arguments), {.out = out, .err = err});
  if (code) return fail(ErrorCode::invalid_request, err.str());
  return flags.load(environment);
}

TEST(SettingFlags, TakeEachSetting) {
  const auto settings = load({"--data", "there", "--listen=[::1]:0", "--limits-file-bytes", "1GB",
                              "--downloads-refuse-purposes", "assistants,batch", "--no-auth"},
                             {});
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->data, "there");
  EXPECT_EQ(settings->listen.text(), "[::1]:0");
  EXPECT_EQ(settings->limits_file_bytes, 1024_MiB);
  EXPECT_EQ(settings->downloads_refuse_purposes.size(), 2U);
  EXPECT_TRUE(settings->no_auth);
}

TEST(SettingFlags, ExistForEveryRowOfTheTable) {
  for (const server::Setting& setting : server::settings_table()) {
    const auto settings = load({setting.flag() + "=\n"}, {});
    // Understood as a flag, whatever its value is worth.
    if (!settings) {
      EXPECT_EQ(settings.error().detail.find("not expected"), std::string::npos) << setting.key;
    }
  }
}

TEST(SettingFlags, TakeAValueThatStandsInBrackets) {
  const auto settings = load({"--data", "[odd]"}, {});
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->data, "[odd]");
}

TEST(SettingFlags, SwitchesCanBeTurnedOff) {
  const auto settings = load({"--no-auth=false"}, {{"ARGOT_NO_AUTH", "true"}});
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_FALSE(settings->no_auth);
  const auto neither = load({"--no-auth=maybe"}, {});
  EXPECT_EQ(neither.error().code, ErrorCode::invalid_request);
  EXPECT_NE(neither.error().detail.find("neither true nor false"), std::string::npos);
}

TEST(SettingFlags, NameTheFile) {
  const argot::testing::TempFolder folder;
  std::ofstream(folder / "argot.toml") << "server.workers = 3\n";
  const auto settings = load({"--config", folder / "argot.toml"}, {});
  ASSERT_TRUE(settings) << describe(settings.error());
  EXPECT_EQ(settings->server_workers, 3U);
}

TEST(SettingFlags, RefuseWhatIsNoFlagAndWhatIsGivenTwice) {
  EXPECT_EQ(load({"--limit-file-bytes", "1"}, {}).error().code, ErrorCode::invalid_request);
  EXPECT_EQ(load({"--data", "a", "--data", "b"}, {}).error().code, ErrorCode::invalid_request);
  EXPECT_EQ(load({"--data"}, {}).error().code, ErrorCode::invalid_request);
  EXPECT_EQ(load({"there"}, {}).error().code, ErrorCode::invalid_request);
}

TEST(SettingFlags, RefuseBadValuesAsTheOtherSourcesDo) {
  const auto settings = load({"--server-workers", "many"}, {});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::cannot_start);
  EXPECT_NE(settings.error().detail.find("the flag --server-workers"), std::string::npos);
}

}  // namespace
}  // namespace argot::cli
