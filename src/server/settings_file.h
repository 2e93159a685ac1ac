// The settings file: TOML, read into the dotted keys and plain texts that the other sources have.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace argot::server {

struct FileSetting {
  std::string text;
  std::uint32_t line = 0;  // 1-based
};

// By dotted key, whether it was written as `limits.file_bytes = 1` or under `[limits]`. Arrays of
// strings come out with commas between them. Whether the keys exist is the caller's question.
using FileSettings = std::map<std::string, FileSetting>;

// Error: cannot_start (not there, not readable, not TOML, a value that no setting can have).
Result<FileSettings> read_settings_file(const std::string& path);

// The same for text that is at hand; `path` is for messages.
Result<FileSettings> parse_settings_file(std::string_view text, const std::string& path);

}  // namespace argot::server
