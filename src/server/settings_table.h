// The one table of settings. Flags, variables, keys of the TOML file, `argot serve --help` and
// docs/settings.md are all made from it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/settings.h"

namespace argot::server {

// One setting: its name and how text becomes its value.
struct Setting {
  std::string_view key;         // "limits.file_bytes"
  std::string_view value_name;  // "SIZE"; empty for a switch, whose flag needs no value
  std::string_view meaning;
  std::string (*expected)();  // "a size such as 512MB, from 1 byte to 1 PB"
  bool (*apply)(Settings& settings, std::string_view text);  // false: not what was expected
  std::string (*show)(const Settings& settings);             // as apply() reads it

  std::string flag() const;      // "--limits-file-bytes"
  std::string variable() const;  // "ARGOT_LIMITS_FILE_BYTES"
};

// In the order of the documents.
std::span<const Setting> settings_table();

// Null if there is none.
const Setting* find_setting(std::string_view key);

// What a setting is when nobody gives it, for people.
std::string default_text(const Setting& setting);

// The table as Markdown, for docs/settings.md.
std::string settings_markdown();

// The table as `argot serve --help` shows it.
std::string settings_help();

}  // namespace argot::server
