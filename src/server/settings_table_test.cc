#include "server/settings_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace argot::server {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SettingsTable, NamesFollowFromTheKey) {
  const Setting* const setting = find_setting("limits.file_bytes");
  ASSERT_NE(setting, nullptr);
  EXPECT_EQ(setting->flag(), "--limits-file-bytes");
  EXPECT_EQ(setting->variable(), "ARGOT_LIMITS_FILE_BYTES");
  EXPECT_EQ(find_setting("limits"), nullptr);
  EXPECT_EQ(find_setting("limits.file-bytes"), nullptr);
}

TEST(SettingsTable, HasNoNameTwice) {
  std::set<std::string> names;
  for (const Setting& setting : settings_table()) {
    EXPECT_TRUE(names.insert(std::string(setting.key)).second) << setting.key;
    EXPECT_TRUE(names.insert(setting.flag()).second) << setting.flag();
    EXPECT_TRUE(names.insert(setting.variable()).second) << setting.variable();
    EXPECT_FALSE(setting.meaning.empty()) << setting.key;
  }
  EXPECT_EQ(names.size(), 3 * 31U);
}

TEST(SettingsTable, ShowsDefaultsThatAreReadBackAsTheyAre) {
  for (const Setting& setting : settings_table()) {
    const std::string shown = setting.show(Settings{});
    if (shown.empty()) continue;  // not set
    Settings settings;
    EXPECT_TRUE(setting.apply(settings, shown)) << setting.key << " " << shown;
    EXPECT_EQ(setting.show(settings), shown);
  }
  EXPECT_EQ(default_text(*find_setting("limits.file_bytes")), "512MB");
  EXPECT_EQ(default_text(*find_setting("limits.organization_bytes")), "100GB");
  EXPECT_EQ(default_text(*find_setting("limits.project_bytes")), "none");
  EXPECT_EQ(default_text(*find_setting("limits.uploads_per_minute")), "none");
  EXPECT_EQ(default_text(*find_setting("limits.profile")), "2024-10");
  EXPECT_EQ(default_text(*find_setting("bootstrap_key_file")), "none");
  EXPECT_EQ(default_text(*find_setting("server.loops")), "auto");
  EXPECT_EQ(default_text(*find_setting("sweep.orphan_age")), "24h");
  EXPECT_EQ(default_text(*find_setting("listen")), "127.0.0.1:8080");
  EXPECT_EQ(default_text(*find_setting("admin_listen")), "unix:DATA/admin.sock");
}

TEST(SettingsTable, ChangesWhatItSaysAndNothingElse) {
  for (const Setting& setting : settings_table()) {
    Settings settings;
    for (const std::string_view text : {"7", "7s", "2026-08", "7KB", "true", "json", "debug",
                                        "strict", "batch", "sqlite:x", "disk:x", "127.0.0.1:7"}) {
      if (setting.apply(settings, text)) break;
    }
    for (const Setting& other : settings_table()) {
      EXPECT_EQ(other.show(settings) != other.show(Settings{}), other.key == setting.key)
          << setting.key << " changes " << other.key;
    }
  }
}

// The settings as documented are the settings there are. To renew the page, put the text that this
// test prints between its markers.
TEST(SettingsTable, EqualsThePageThatDocumentsIt) {
  const std::string page = file_text(ARGOT_SOURCE_DIR "/docs/settings.md");
  const std::string begin = "<!-- settings -->\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- /settings -->");
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  EXPECT_EQ(page.substr(from + begin.size(), to - from - begin.size()),
            "\n" + settings_markdown() + "\n");
}

TEST(SettingsTable, IsWhatTheHelpShows) {
  const std::string help = settings_help();
  for (const Setting& setting : settings_table()) {
    EXPECT_NE(help.find("  " + setting.flag()), std::string::npos);
    EXPECT_NE(help.find(setting.variable()), std::string::npos);
  }
  EXPECT_EQ(help.find('`'), std::string::npos);
}

}  // namespace
}  // namespace argot::server
