#include "cli/setting_flags.h"

#include <cstdint>

#include "base/assert.h"
#include "server/settings_table.h"

namespace argot::cli {

SettingFlags::SettingFlags(CLI::App& app) : app_(app) {
  app.add_option_function<std::string>(
         "--config", [this](const std::string& path) { config_file_ = path; },
         "a TOML file with settings")
      ->type_name("FILE");
}

void SettingFlags::add_to(CLI::App& command, std::string_view key) {
  const server::Setting* const setting = server::find_setting(key);
  ASSERT(setting != nullptr);
  const std::string name(setting->key);
  std::string meaning(setting->meaning);
  std::erase(meaning, '`');
  if (setting->value_name.empty()) {
    // The count is negative for `--no-auth=false`.
    const auto keep = [this, name](std::int64_t count) {
      given_[name] = count > 0 ? "true" : "false";
    };
    command.add_flag_function(setting->flag(), keep, meaning);
    return;
  }
  const auto keep = [this, name](const std::string& text) { given_[name] = text; };
  command.add_option_function<std::string>(setting->flag(), keep, meaning)
      ->type_name(std::string(setting->value_name));
}

void SettingFlags::add_all() {
  for (const server::Setting& setting : server::settings_table()) add(setting.key);
}

Result<server::Settings> SettingFlags::load(
    const std::map<std::string, std::string>& environment) const {
  return server::load_settings(
      {.flags = given_, .environment = environment, .config_file = config_file_});
}

}  // namespace argot::cli
