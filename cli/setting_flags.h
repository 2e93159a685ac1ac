// Settings of the server as flags of a command.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "server/settings.h"

namespace argot::cli {

// Must outlive the CLI::App that it adds flags to.
class SettingFlags {
 public:
  // Adds --config.
  explicit SettingFlags(CLI::App& app);
  SettingFlags(const SettingFlags&) = delete;
  SettingFlags& operator=(const SettingFlags&) = delete;

  // Adds the flag of one setting, or of all; also to a sub-command alone.
  void add(std::string_view key) { add_to(app_, key); }
  void add_to(CLI::App& command, std::string_view key);
  void add_all();

  // After parsing. Error: cannot_start, as load_settings() has it.
  Result<server::Settings> load(const std::map<std::string, std::string>& environment) const;

 private:
  CLI::App& app_;
  std::map<std::string, std::string> given_;  // by key
  std::optional<std::string> config_file_;
};

}  // namespace argot::cli
