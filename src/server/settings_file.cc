#include "server/settings_file.h"

#include <toml++/toml.h>

#include <optional>

#include "base/limits.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

// The value as it would be written in a flag; nothing if no setting can have such a value.
std::optional<std::string> text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  if (list->empty()) return "none";
  std::string joined;
  for (const toml::node& item : *list) {
    const auto* text = item.as_string();
    if (text == nullptr) return std::nullopt;
    joined += (joined.empty() ? "" : ",") + text->get();
  }
  return joined;
}

// Tables nest as deep as the parser lets them, which bounds this recursion.
Result<> collect(const toml::table& table, const std::string& prefix, const std::string& path,
                 FileSettings& settings) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      TRY_DO(collect(*inner, key + ".", path, settings));
      continue;
    }
    const auto line = static_cast<std::uint32_t>(node.source().begin.line);
    auto text = text_of(node);
    if (!text) {
      return fail(ErrorCode::cannot_start,
                  in_quotes(key) +
                      ": expected a string, a whole number, true, false or a list of strings in " +
                      file_and_line(path, line));
    }
    const bool is_new =
        settings.try_emplace(key, FileSetting{.text = std::move(*text), .line = line}).second;
    if (!is_new) {
      return fail(ErrorCode::cannot_start,
                  in_quotes(key) + ": is given twice, again in " + file_and_line(path, line));
    }
  }
  return {};
}

}  // namespace

Result<FileSettings> parse_settings_file(std::string_view text, const std::string& path) {
  try {
    const toml::table table = toml::parse(text, path);
    FileSettings settings;
    TRY_DO(collect(table, "", path, settings));
    return settings;
  } catch (const toml::parse_error& error) {
    const auto line = static_cast<std::uint32_t>(error.source().begin.line);
    const std::string what = in_quotes(error.description());
    return fail(ErrorCode::cannot_start,
                "config: " + file_and_line(path, line) + " is not TOML: " + what);
  }
}

Result<FileSettings> read_settings_file(const std::string& path) {
  auto text = read_small_file(path, limits::json_bytes_max);
  if (!text) {
    return fail(ErrorCode::cannot_start, "config: cannot read the settings file " +
                                             in_quotes(path) + ": " + text.error().detail);
  }
  return parse_settings_file(*text, path);
}

}  // namespace argot::server
