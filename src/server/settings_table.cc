#include "server/settings_table.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "base/text.h"

namespace argot::server {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t size_max = limits::settable_bytes_max;
constexpr std::uint64_t settable_duration_max = 366ULL * 24 * 3600 * 1000;
constexpr std::uint64_t url_lifetime_max = 7ULL * 24 * 3600 * 1000;  // Amazon's

// A kind says how values of one type are written, which ones are allowed, and in which field of
// Settings they go.

template <auto field, std::uint64_t min, std::uint64_t max = size_max>
struct Size {
  static constexpr std::string_view value_name = "SIZE";
  static std::string expected() {
    return "a size such as 512MB, from " + human_bytes(min) + " to " + human_bytes(max);
  }
  static bool apply(Settings& settings, std::string_view text) {
    const auto bytes = parse_human_bytes(text);
    if (!bytes || *bytes < min || *bytes > max) return false;
    settings.*field = *bytes;
    return true;
  }
  static std::string show(const Settings& settings) { return size_text(settings.*field); }
};

template <auto field>
struct OptionalSize {
  using Given = Size<field, 1>;
  static constexpr std::string_view value_name = "SIZE";
  static std::string expected() {
    return "a size such as 512MB, from 1 byte to " + human_bytes(size_max) + ", or none";
  }
  static bool apply(Settings& settings, std::string_view text) {
    if (text != "none") return Given::apply(settings, text);
    settings.*field = std::nullopt;
    return true;
  }
  static std::string show(const Settings& settings) {
    return settings.*field ? size_text(*(settings.*field)) : "none";
  }
};

template <auto field, std::uint64_t min, std::uint64_t max>
struct Count {
  static constexpr std::string_view value_name = "NUMBER";
  static std::string expected() {
    return "a number from " + std::to_string(min) + " to " + std::to_string(max);
  }
  static bool apply(Settings& settings, std::string_view text) {
    const auto count = parse_decimal(text);
    if (!count || *count < min || *count > max) return false;
    settings.*field = *count;
    return true;
  }
  static std::string show(const Settings& settings) { return std::to_string(settings.*field); }
};

// `absent` is the word for no number.
template <auto field, std::uint64_t min, std::uint64_t max, const std::string_view& absent>
struct OptionalCount {
  using Given = Count<field, min, max>;
  static constexpr std::string_view value_name = "NUMBER";
  static std::string expected() { return Given::expected() + ", or " + std::string(absent); }
  static bool apply(Settings& settings, std::string_view text) {
    if (text != absent) return Given::apply(settings, text);
    settings.*field = std::nullopt;
    return true;
  }
  static std::string show(const Settings& settings) {
    return settings.*field ? std::to_string(*(settings.*field)) : std::string(absent);
  }
};

constexpr std::string_view automatic = "auto";
constexpr std::string_view none = "none";

template <auto field, std::uint64_t min_milliseconds,
          std::uint64_t max_milliseconds = settable_duration_max>
struct Duration {
  static constexpr std::string_view value_name = "DURATION";
  static std::string expected() {
    return "a duration such as 10s, 500ms, 1m or 24h, from " +
           duration_text(milliseconds(static_cast<std::int64_t>(min_milliseconds))) + " to " +
           duration_text(milliseconds(static_cast<std::int64_t>(max_milliseconds)));
  }
  static bool apply(Settings& settings, std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration) return false;
    const auto count = static_cast<std::uint64_t>(duration->count());
    if (count < min_milliseconds || count > max_milliseconds) return false;
    settings.*field = *duration;
    return true;
  }
  static std::string show(const Settings& settings) { return duration_text(settings.*field); }
};

template <auto field>
struct Switch {
  static constexpr std::string_view value_name{};
  static std::string expected() { return "true or false"; }
  static bool apply(Settings& settings, std::string_view text) {
    const auto value = parse_boolean(text);
    if (value) settings.*field = *value;
    return value.has_value();
  }
  static std::string show(const Settings& settings) { return settings.*field ? "true" : "false"; }
};

// A path cannot be empty or hold a NUL, which would cut it off where the system reads it.
bool is_path(std::string_view text) {
  return !text.empty() && text.find('\0') == std::string_view::npos;
}

template <auto field>
struct Path {
  static constexpr std::string_view value_name = "PATH";
  static std::string expected() { return "a path"; }
  static bool apply(Settings& settings, std::string_view text) {
    if (!is_path(text)) return false;
    settings.*field = std::string(text);
    return true;
  }
  static std::string show(const Settings& settings) {
    if constexpr (std::is_same_v<std::decay_t<decltype(settings.*field)>, std::string>) {
      return settings.*field;
    } else {
      return (settings.*field).value_or("");
    }
  }
};

struct Listen {
  static constexpr std::string_view value_name = "HOST:PORT";
  static std::string expected() { return "HOST:PORT or [IPV6]:PORT, with a port up to 65535"; }
  static bool apply(Settings& settings, std::string_view text) {
    auto address = parse_listen_address(text);
    if (!address) return false;
    settings.listen = std::move(*address);
    return true;
  }
  static std::string show(const Settings& settings) { return settings.listen.text(); }
};

struct AdminListen {
  static constexpr std::string_view value_name = "WHERE";
  static std::string expected() { return "unix:PATH, HOST:PORT on a loopback address, or off"; }
  static bool apply(Settings& settings, std::string_view text) {
    auto address = parse_admin_address(text);
    if (!address) return false;
    settings.admin_listen = std::move(*address);
    return true;
  }
  static std::string show(const Settings& settings) { return settings.admin_listen.text(); }
};

struct CatalogPlace {
  static constexpr std::string_view value_name = "LOCATION";
  static std::string expected() {
    return "sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE, in which characters such "
           "as / and @ are written as %2F and %40";
  }
  static bool apply(Settings& settings, std::string_view text) {
    auto location = parse_catalog_location(text);
    if (!location) return false;
    settings.catalog = std::move(*location);
    return true;
  }
  static std::string show(const Settings& settings) {
    return settings.catalog ? settings.catalog->text() : "";
  }
};

struct Blobs {
  static constexpr std::string_view value_name = "LOCATION";
  static std::string expected() {
    return "disk:PATH, " + std::string(blob::S3Location::expected());
  }
  static bool apply(Settings& settings, std::string_view text) {
    constexpr std::string_view disk_scheme = "disk:";
    if (text.starts_with(disk_scheme)) {
      if (!is_path(text.substr(disk_scheme.size()))) return false;
      settings.blobs = std::string(text.substr(disk_scheme.size()));
      settings.blobs_s3 = std::nullopt;
      return true;
    }
    auto location = blob::S3Location::parse(text);
    if (!location) return false;
    settings.blobs = std::nullopt;
    settings.blobs_s3 = std::move(location);
    return true;
  }
  static std::string show(const Settings& settings) {
    if (settings.blobs_s3) return settings.blobs_s3->text();
    return settings.blobs ? "disk:" + *settings.blobs : "";
  }
};

// The words of an enumeration.
template <typename Value>
using Word = std::pair<std::string_view, Value>;

constexpr std::array<Word<LogFormatChoice>, 3> log_formats = {{{"auto", LogFormatChoice::automatic},
                                                               {"text", LogFormatChoice::text},
                                                               {"json", LogFormatChoice::json}}};
constexpr std::array<Word<LogLevel>, 4> log_levels = {{{"debug", LogLevel::debug},
                                                       {"info", LogLevel::info},
                                                       {"warning", LogLevel::warning},
                                                       {"error", LogLevel::error}}};
constexpr std::array<Word<LimitsProfile>, 2> limits_profiles = {
    {{"2024-10", LimitsProfile::of_2024_10}, {"2026-08", LimitsProfile::of_2026_08}}};
constexpr std::array<Word<policy::ValidationMode>, 3> validation_modes = {
    {{"report", policy::ValidationMode::report},
     {"strict", policy::ValidationMode::strict},
     {"off", policy::ValidationMode::off}}};

template <auto field, const auto& words>
struct Choice {
  static constexpr std::string_view value_name = "WORD";
  static std::string expected() {
    std::string text = "one of";
    for (const auto& [word, value] : words) text += " " + std::string(word) + ",";
    text.pop_back();
    return text;
  }
  static bool apply(Settings& settings, std::string_view text) {
    const auto* const found =
        std::ranges::find_if(words, [&](const auto& word) { return word.first == text; });
    if (found == words.end()) return false;
    settings.*field = found->second;
    return true;
  }
  static std::string show(const Settings& settings) {
    const auto* const found = std::ranges::find_if(
        words, [&](const auto& word) { return word.second == settings.*field; });
    return std::string(found->first);
  }
};

// Purposes with commas between them; "none" is the empty list.
template <auto field>
struct Purposes {
  static constexpr std::string_view value_name = "LIST";
  static std::string expected() {
    return "purposes with commas between them, such as assistants,user_data, or none";
  }
  static bool apply(Settings& settings, std::string_view text) {
    std::vector<policy::Purpose> purposes;
    while (text != "none" && !text.empty()) {
      const std::size_t comma = text.find(',');
      const auto purpose = policy::parse_purpose(text.substr(0, comma));
      if (!purpose || comma + 1 == text.size()) return false;
      purposes.push_back(*purpose);
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    settings.*field = std::move(purposes);
    return true;
  }
  static std::string show(const Settings& settings) {
    std::string text;
    for (const policy::Purpose purpose : settings.*field) {
      text += (text.empty() ? "" : ",") + std::string(policy::text_of(purpose));
    }
    return text.empty() ? "none" : text;
  }
};

template <typename Kind>
constexpr Setting setting(std::string_view key, std::string_view meaning) {
  return {.key = key,
          .value_name = Kind::value_name,
          .meaning = meaning,
          .expected = &Kind::expected,
          .apply = &Kind::apply,
          .show = &Kind::show};
}

using S = Settings;

constexpr std::array table = {
    setting<Path<&S::data>>("data", "the data folder, which the first start makes"),
    setting<Listen>("listen", "where to listen; port 0 picks a free one"),
    setting<AdminListen>("admin_listen",
                         "where `/metrics` is, for this machine alone: `unix:PATH`, `HOST:PORT` on "
                         "a loopback address, or `off`"),
    setting<CatalogPlace>("catalog",
                          "where the metadata is: `sqlite:PATH`, or "
                          "`postgres://USER@HOST:PORT/DATABASE`, whose password may come from "
                          "`PGPASSFILE` or `PGPASSWORD`"),
    setting<Blobs>("blobs",
                   "where the content is: `disk:PATH`, a folder that gets `tmp/` and `blobs/`, or "
                   "`s3://BUCKET/PREFIX?endpoint=URL`"),
    setting<Path<&S::bootstrap_key_file>>(
        "bootstrap_key_file", "a file with the text of the first key, which is then not made up"),
    setting<Switch<&S::no_auth>>("no_auth",
                                 "serve one organization without keys; only on a loopback address"),
    setting<Path<&S::tls_certificate>>(
        "tls.certificate",
        "a file in PEM with the certificate to serve HTTPS with; SIGHUP rereads"),
    setting<Path<&S::tls_key>>("tls.key", "a file in PEM with the key of that certificate"),
    setting<Path<&S::s3_credentials_file>>(
        "s3.credentials_file",
        "a file with `AWS_ACCESS_KEY_ID=` and `AWS_SECRET_ACCESS_KEY=`, instead of the variables"),
    setting<Path<&S::s3_ca_file>>(
        "s3.ca_file", "a file in PEM with whose certificates S3 may show, instead of the system's"),
    setting<Duration<&S::s3_redirect_lifetime, 0, url_lifetime_max>>(
        "s3.redirect_lifetime",
        "how long the URL works that a download is redirected to; `0ms` sends the content"),
    setting<Choice<&S::log_format, log_formats>>(
        "log.format", "`text`, `json`, or `auto`: text on a terminal, JSON elsewhere"),
    setting<Choice<&S::log_level, log_levels>>(
        "log.level", "the least important lines to log: `debug`, `info`, `warning`, `error`"),
    setting<Choice<&S::limits_profile, limits_profiles>>(
        "limits.profile",
        "whose limits hold where none is given: those published in `2024-10` or in `2026-08`"),
    setting<Size<&S::limits_file_bytes, 1>>("limits.file_bytes", "the largest file"),
    setting<Size<&S::limits_upload_bytes, 1>>("limits.upload_bytes",
                                              "the largest file that comes in parts"),
    setting<Size<&S::limits_batch_file_bytes, 1>>("limits.batch_file_bytes",
                                                  "the largest file of purpose `batch`"),
    setting<Count<&S::limits_assistants_tokens, 1, limits::settable_tokens_max>>(
        "limits.assistants_tokens", "tokens of one file of purpose `assistants`"),
    setting<OptionalSize<&S::limits_organization_bytes>>("limits.organization_bytes",
                                                         "all files of one organization together"),
    setting<OptionalSize<&S::limits_project_bytes>>("limits.project_bytes",
                                                    "all files of one project together"),
    setting<OptionalCount<&S::limits_uploads_per_minute, 1, 1'000'000, none>>(
        "limits.uploads_per_minute", "uploads that one key may begin in a minute"),
    setting<Choice<&S::validation_mode, validation_modes>>(
        "validation.mode", "what files are checked for: `report`, `strict`, or `off` (sizes only)"),
    setting<Switch<&S::tokens_count_records>>(
        "tokens.count_records",
        "count the tokens of each record of files for `fine-tune` and `batch`"),
    setting<Purposes<&S::downloads_refuse_purposes>>("downloads.refuse_purposes",
                                                     "purposes whose files cannot be downloaded"),
    setting<Count<&S::documents_workers, 0, 64>>(
        "documents.workers",
        "files that are read again at the same time: documents for their text, what came in parts "
        "for its SHA-256; 0 reads none"),
    setting<OptionalCount<&S::server_loops, 1, 64, automatic>>(
        "server.loops", "event loops; `auto` is one a core and at most 8"),
    setting<Count<&S::server_workers, 1, 1024>>("server.workers",
                                                "threads for everything that waits for the disk"),
    setting<Count<&S::server_connections_max, 1, 1'000'000>>("server.connections_max",
                                                             "connections at the same time"),
    setting<Count<&S::server_uploads_max, 1, 1'000'000>>("server.uploads_max",
                                                         "uploads at the same time"),
    setting<OptionalCount<&S::server_uploads_per_key_max, 1, 1'000'000, none>>(
        "server.uploads_per_key_max", "uploads of one key at the same time"),
    setting<Duration<&S::server_head_timeout, 1>>("server.head_timeout",
                                                  "how long the head of a request may take"),
    setting<Duration<&S::server_idle_timeout, 1>>(
        "server.idle_timeout", "how long a connection may stay open between requests"),
    setting<Duration<&S::server_write_stall_timeout, 1>>(
        "server.write_stall_timeout", "how long a client may take no byte of its reply"),
    setting<Duration<&S::server_body_window, 1>>(
        "server.body_window", "over which time the speed of an upload is measured"),
    setting<Size<&S::server_body_bytes_per_second_min, 0>>(
        "server.body_bytes_per_second_min", "an upload that is slower than this is ended"),
    setting<Duration<&S::server_drain_timeout, 0>>("server.drain_timeout",
                                                   "how long requests may go on after SIGTERM"),
    setting<Size<&S::storage_free_bytes_min, 0>>(
        "storage.free_bytes_min", "uploads are refused while the disk has less than this free"),
    setting<Duration<&S::verify_max_age, 1000>>(
        "verify.max_age", "how long a block that was read and found right is sent unread"),
    setting<Duration<&S::scrub_interval, 1000>>(
        "scrub.interval", "how often everything that is stored is read and compared"),
    setting<Size<&S::scrub_bytes_per_second_max, 1_KiB>>("scrub.bytes_per_second_max",
                                                         "how fast that may be at most"),
    setting<Duration<&S::uploads_lifetime, 1000>>(
        "uploads.lifetime", "how long after its creation an upload takes parts and is completed"),
    setting<Duration<&S::sweep_interval, 10>>(
        "sweep.interval", "how often expired files and deleted content are cleared away"),
    setting<Duration<&S::sweep_orphan_age, 1000>>(
        "sweep.orphan_age", "how old content without a file must be before it is cleared away"),
};

std::string join(std::string_view prefix, std::string_view key, char separator) {
  std::string name(prefix);
  for (const char character : key) {
    name += character == '.' || character == '_' ? separator : character;
  }
  return name;
}

}  // namespace

std::string Setting::flag() const { return join("--", key, '-'); }

std::string Setting::variable() const {
  std::string name = join("ARGOT_", key, '_');
  for (char& letter : name) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return name;
}

std::span<const Setting> settings_table() { return table; }

const Setting* find_setting(std::string_view key) {
  const auto* const found = std::ranges::find(table, key, &Setting::key);
  return found == table.end() ? nullptr : found;
}

std::string default_text(const Setting& setting) {
  // These follow from another setting.
  if (setting.key == "admin_listen") return "unix:DATA/admin.sock";
  if (setting.key == "catalog") return "sqlite:DATA/meta.db";
  if (setting.key == "blobs") return "disk:DATA";
  const std::string text = setting.show(Settings{});
  return text.empty() ? "none" : text;
}

std::string settings_markdown() {
  std::string text =
      "| setting | default | flag | variable | meaning |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const Setting& row : table) {
    text += "| `" + std::string(row.key) + "` | `" + default_text(row) + "` | `" + row.flag() +
            "` | `" + row.variable() + "` | " + std::string(row.meaning) + " |\n";
  }
  return text;
}

std::string settings_help() {
  std::string text;
  for (const Setting& row : table) {
    std::string meaning(row.meaning);
    std::erase(meaning, '`');
    text += "  " + row.flag() + (row.value_name.empty() ? "" : " " + std::string(row.value_name)) +
            "\n      " + meaning + "\n      default: " + default_text(row) +
            "; variable: " + row.variable() + "; file: " + std::string(row.key) + "\n";
  }
  return text;
}

}  // namespace argot::server
