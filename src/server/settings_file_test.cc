#include "server/settings_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/limits.h"
#include "tests/support/fakes.h"

namespace argot::server {
namespace {

std::string problem(std::string_view text) {
  const auto settings = parse_settings_file(text, "argot.toml");
  return settings ? "none" : settings.error().detail;
}

TEST(SettingsFile, TakesDottedKeysAndTablesAlike) {
  const auto settings = parse_settings_file(
      "data = \"here\"\n"
      "limits.file_bytes = 1000\n"
      "[server]\n"
      "workers = 3\n"
      "idle_timeout = \"5s\"\n",
      "argot.toml");
  ASSERT_TRUE(settings) << settings.error().detail;
  ASSERT_EQ(settings->size(), 4U);
  EXPECT_EQ(settings->at("data").text, "here");
  EXPECT_EQ(settings->at("limits.file_bytes").text, "1000");
  EXPECT_EQ(settings->at("limits.file_bytes").line, 2U);
  EXPECT_EQ(settings->at("server.workers").text, "3");
  EXPECT_EQ(settings->at("server.idle_timeout").text, "5s");
  EXPECT_EQ(settings->at("server.idle_timeout").line, 5U);
}

TEST(SettingsFile, WritesListsAndBooleansAsFlagsDo) {
  const auto settings = parse_settings_file(
      "no_auth = true\nx = false\nlist = [\"assistants\", \"user_data\"]\nempty = []\n", "f");
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_EQ(settings->at("no_auth").text, "true");
  EXPECT_EQ(settings->at("x").text, "false");
  EXPECT_EQ(settings->at("list").text, "assistants,user_data");
  EXPECT_EQ(settings->at("empty").text, "none");
}

TEST(SettingsFile, NamesTheLineOfWhatIsNotToml) {
  EXPECT_NE(problem("data = \"a\"\nlisten =\n").find("argot.toml:2"), std::string::npos);
  EXPECT_NE(problem("data = 1\ndata = 2\n").find("argot.toml:2"), std::string::npos);
  EXPECT_EQ(problem("data = \"a\"\nlisten =\n").find('\n'), std::string::npos);
}

TEST(SettingsFile, RefusesValuesThatNoSettingHas) {
  for (const std::string_view bad :
       {"a = 1.5", "a = 2026-01-01", "a = [1]", "a = [[\"x\"]]", "[[a]]\nb = 1"}) {
    EXPECT_NE(problem(bad).find("\"a\": expected"), std::string::npos) << problem(bad);
  }
}

TEST(SettingsFile, RefusesOneSettingUnderTwoSpellings) {
  EXPECT_NE(problem("limits.file_bytes = 1\n\"limits.file_bytes\" = 2\n").find("twice"),
            std::string::npos);
}

TEST(SettingsFile, SaysWhyItCannotBeRead) {
  const argot::testing::TempFolder folder;
  const auto missing = read_settings_file(folder / "argot.toml");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().detail.find("No such file"), std::string::npos);
  EXPECT_FALSE(read_settings_file(folder.path().string()));
  std::ofstream(folder / "large.toml") << std::string(limits::json_bytes_max + 1, '#');
  EXPECT_FALSE(read_settings_file(folder / "large.toml"));
}

TEST(SettingsFile, MayNestOnlySoDeep) {
  std::string deep = "a = ";
  for (int level = 0; level < 100'000; ++level) deep += '[';
  EXPECT_NE(problem(deep), "none");
}

}  // namespace
}  // namespace argot::server
