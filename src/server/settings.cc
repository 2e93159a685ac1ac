#include "server/settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "server/limits_profile.h"
#include "server/settings_file.h"
#include "server/settings_table.h"

namespace argot::server {
namespace {

constexpr std::string_view config_variable = "ARGOT_CONFIG";

// Variables that begin like settings and belong to the tools beside the program.
constexpr std::array<std::string_view, 1> foreign_variables = {"ARGOT_SETUP"};

// Applies texts to one Settings, in rising order of precedence, and remembers where each value
// came from.
class Loader {
 public:
  Result<> apply(const Setting& setting, std::string_view text, std::string origin) {
    if (!setting.apply(settings_, text)) {
      return fail(ErrorCode::cannot_start, std::string(setting.key) + ": expected " +
                                               setting.expected() + "; got " + in_quotes(text) +
                                               " from " + origin);
    }
    origins_[setting.key] = std::move(origin);
    return {};
  }

  Result<> apply_file(const std::string& path) {
    TRY(const FileSettings values, read_settings_file(path));
    for (const auto& [key, value] : values) {
      const std::string origin = file_and_line(path, value.line);
      const Setting* setting = find_setting(key);
      if (setting == nullptr) {
        return fail(ErrorCode::cannot_start,
                    in_quotes(key) +
                        ": expected one of the settings of `argot serve --help`; got it from " +
                        origin);
      }
      TRY_DO(apply(*setting, value.text, origin));
    }
    return {};
  }

  Result<> apply_environment(const std::map<std::string, std::string>& environment) {
    for (const Setting& setting : settings_table()) {
      const auto found = environment.find(setting.variable());
      if (found == environment.end() || found->second.empty()) continue;
      TRY_DO(apply(setting, found->second, "the variable " + found->first));
    }
    return {};
  }

  Result<> apply_flags(const std::map<std::string, std::string>& flags) {
    for (const auto& [key, text] : flags) {
      const Setting* setting = find_setting(key);
      if (setting == nullptr) {
        return fail(ErrorCode::cannot_start, in_quotes(key) + ": there is no such setting");
      }
      TRY_DO(apply(*setting, text, "the flag " + setting->flag()));
    }
    return {};
  }

  // What no value says alone.
  Result<> check() const {
    if (settings_.no_auth && !settings_.listen.is_loopback()) {
      return fail(ErrorCode::cannot_start,
                  "no_auth: expected listen to be a loopback address, because anybody who reaches "
                  "a server without keys may do anything; got no_auth from " +
                      origin("no_auth") + " and listen = " + settings_.listen.text() + " from " +
                      origin("listen"));
    }
    const AdminAddress& admin = settings_.admin_listen;
    if (admin.kind == AdminAddress::Kind::tcp && !admin.address.is_loopback()) {
      return fail(ErrorCode::cannot_start,
                  "admin_listen: expected unix:PATH, a loopback address or off, because no key is "
                  "asked for there; got " +
                      in_quotes(admin.text()) + " from " + origin("admin_listen"));
    }
    if (settings_.no_auth && settings_.bootstrap_key_file) {
      return fail(ErrorCode::cannot_start,
                  "no_auth: expected no bootstrap_key_file beside it, because no key is ever asked "
                  "for; got no_auth from " +
                      origin("no_auth") + " and bootstrap_key_file from " +
                      origin("bootstrap_key_file"));
    }
    return {};
  }

  // The limits that nobody gave, as the profile has them.
  void apply_profile() {
    for (const ProfileLimit& limit : limits_of(settings_.limits_profile)) {
      if (origins_.contains(limit.key)) continue;
      const bool is_value = find_setting(limit.key)->apply(settings_, limit.text);
      ASSERT(is_value);  // limits_profile_test.cc
    }
  }

  Settings take(const std::map<std::string, std::string>& environment) {
    for (const auto& [name, value] : environment) {
      if (!is_known(name)) settings_.unknown_variables.push_back(name);
    }
    return std::move(settings_);
  }

 private:
  std::string origin(std::string_view key) const {
    const auto found = origins_.find(key);
    return found == origins_.end() ? "its default" : found->second;
  }

  static bool is_known(std::string_view variable) {
    return !variable.starts_with("ARGOT_") || variable == config_variable ||
           std::ranges::find(foreign_variables, variable) != foreign_variables.end() ||
           std::ranges::any_of(settings_table(), [&](const Setting& setting) {
             return setting.variable() == variable;
           });
  }

  Settings settings_;
  std::map<std::string_view, std::string> origins_;  // by key
};

std::optional<std::string> config_file(const SettingSources& sources) {
  if (sources.config_file) return sources.config_file;
  const auto found = sources.environment.find(std::string(config_variable));
  if (found == sources.environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

}  // namespace

policy::Policy policy_of(const Settings& settings) {
  return {.mode = settings.validation_mode,
          .file_bytes_max = settings.limits_file_bytes,
          .upload_bytes_max = settings.limits_upload_bytes,
          .batch_file_bytes_max = settings.limits_batch_file_bytes,
          .assistants_tokens_max = settings.limits_assistants_tokens,
          .counts_record_tokens = settings.tokens_count_records,
          .organization_bytes_max = settings.limits_organization_bytes,
          .project_bytes_max = settings.limits_project_bytes,
          .refuse_downloads = settings.downloads_refuse_purposes,
          .reads_documents = settings.documents_workers > 0};
}

Result<Settings> load_settings(const SettingSources& sources) {
  Loader loader;
  if (const auto file = config_file(sources)) TRY_DO(loader.apply_file(*file));
  TRY_DO(loader.apply_environment(sources.environment));
  TRY_DO(loader.apply_flags(sources.flags));
  TRY_DO(loader.check());
  loader.apply_profile();
  return loader.take(sources.environment);
}

}  // namespace argot::server
