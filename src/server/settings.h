// Everything an operator can choose, read from flags, environment and a TOML file and validated
// before anything is opened. The table of settings is in settings_table.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/result.h"
#include "blob/s3_location.h"
#include "policy/judge.h"
#include "server/setting_values.h"

namespace argot::server {

enum class LogFormatChoice { automatic, text, json };

// Whose numbers the limits have that nobody sets: those that were published then.
enum class LimitsProfile { of_2024_10, of_2026_08 };

// One field a setting, named like its key, with its default. Nothing: not set.
struct Settings {
  std::string data = "argot-data";
  ListenAddress listen;
  AdminAddress admin_listen;
  std::optional<CatalogLocation> catalog;
  // The path of the folder that has tmp/ and blobs/, or where content is on S3.
  std::optional<std::string> blobs;
  std::optional<blob::S3Location> blobs_s3;
  std::optional<std::string> bootstrap_key_file;
  bool no_auth = false;
  std::optional<std::string> tls_certificate;
  std::optional<std::string> tls_key;
  std::optional<std::string> s3_credentials_file;
  std::optional<std::string> s3_ca_file;
  std::chrono::milliseconds s3_redirect_lifetime{0};

  LogFormatChoice log_format = LogFormatChoice::automatic;
  LogLevel log_level = LogLevel::info;

  LimitsProfile limits_profile = LimitsProfile::of_2024_10;
  std::uint64_t limits_file_bytes = limits::file_bytes;
  std::uint64_t limits_upload_bytes = limits::upload_bytes;
  std::uint64_t limits_batch_file_bytes = limits::batch_file_bytes;
  std::uint64_t limits_assistants_tokens = limits::assistants_tokens;
  std::optional<std::uint64_t> limits_organization_bytes = limits::organization_bytes;
  std::optional<std::uint64_t> limits_project_bytes;
  std::optional<std::uint64_t> limits_uploads_per_minute;
  policy::ValidationMode validation_mode = policy::ValidationMode::report;
  bool tokens_count_records = false;
  std::vector<policy::Purpose> downloads_refuse_purposes;

  std::uint64_t documents_workers = 1;

  std::optional<std::uint64_t> server_loops;  // nothing: one a core, at most 8
  std::uint64_t server_workers = 16;
  std::uint64_t server_connections_max = limits::connections_max;
  std::uint64_t server_uploads_max = limits::uploads_max;
  std::optional<std::uint64_t> server_uploads_per_key_max;
  std::chrono::milliseconds server_head_timeout = limits::head_timeout;
  std::chrono::milliseconds server_idle_timeout = limits::idle_timeout;
  std::chrono::milliseconds server_write_stall_timeout = limits::write_stall_timeout;
  std::chrono::milliseconds server_body_window = limits::body_window;
  std::uint64_t server_body_bytes_per_second_min = limits::body_bytes_per_second_min;
  std::chrono::milliseconds server_drain_timeout = limits::drain_timeout;

  std::uint64_t storage_free_bytes_min = 256_MiB;
  std::chrono::milliseconds verify_max_age = limits::verify_max_age;
  std::chrono::milliseconds scrub_interval = limits::scrub_interval;
  std::uint64_t scrub_bytes_per_second_max = limits::scrub_bytes_per_second;
  std::chrono::milliseconds uploads_lifetime = limits::upload_lifetime;
  std::chrono::milliseconds sweep_interval = limits::sweep_interval;
  std::chrono::milliseconds sweep_orphan_age = limits::orphan_age;

  // Variables named like settings that no setting has: worth a warning, not an error, because the
  // environment is shared.
  std::vector<std::string> unknown_variables;

  CatalogLocation catalog_location() const {
    return catalog.value_or(
        CatalogLocation{.kind = CatalogLocation::Kind::sqlite, .where = data + "/meta.db"});
  }
  std::string admin_socket_path() const {
    return admin_listen.path.empty() ? data + "/admin.sock" : admin_listen.path;
  }
  std::string blobs_path() const { return blobs.value_or(data); }
};

// What the settings say of files.
policy::Policy policy_of(const Settings& settings);

// Where settings come from. A flag beats a variable, a variable beats the file.
struct SettingSources {
  std::map<std::string, std::string> flags;        // by key: {"limits.file_bytes", "1GB"}
  std::map<std::string, std::string> environment;  // ARGOT_...; an empty one counts as not set
  std::optional<std::string> config_file;          // --config; else ARGOT_CONFIG names it
};

// A limit that no source gives is that of the profile. Every value that was given is validated,
// also one that a stronger source replaces. Error: cannot_start, with one line that names the key,
// what was expected, what came and where from.
Result<Settings> load_settings(const SettingSources& sources);

}  // namespace argot::server
