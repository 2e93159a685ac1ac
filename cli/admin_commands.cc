#include "cli/admin_commands.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "cli/printable.h"
#include "cli/text_table.h"
#include "json/writer.h"
#include "policy/limits_in_force.h"
#include "server/setting_values.h"

namespace argot::cli {
namespace {

using policy::LimitKind;

std::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::invalid_request, std::move(message));
}

std::string names_of_limits() {
  std::string names;
  for (const LimitKind& kind : policy::limit_kinds()) {
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return names;
}

// Nothing inside: back to the settings. Nothing at all: not a value.
std::optional<std::optional<Limit>> parse_value(std::string_view text, policy::LimitUnit unit) {
  if (text == "default") return std::optional<Limit>();
  if (text == "none") return Limit{};
  const bool is_size = unit == policy::LimitUnit::bytes;
  const auto amount = is_size ? parse_human_bytes(text) : parse_decimal(text);
  const auto most = is_size ? limits::settable_bytes_max : limits::settable_tokens_max;
  if (!amount || *amount < 1 || *amount > most) return std::nullopt;
  return Limit{*amount};
}

std::string expected_value(policy::LimitUnit unit) {
  if (unit == policy::LimitUnit::tokens) {
    return "a number from 1 to " + std::to_string(limits::settable_tokens_max);
  }
  return "a size such as 1GB, from 1 byte to " + human_bytes(limits::settable_bytes_max);
}

Result<LimitChange> parse_change(std::string_view text, const catalog::Scope& owner) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return wrong("expected NAME=VALUE, such as file_bytes=1GB; got " + server::in_quotes(text));
  }
  const LimitKind* const kind = policy::find_limit_kind(text.substr(0, equals));
  if (kind == nullptr) {
    return wrong("there is no limit " + server::in_quotes(text.substr(0, equals)) +
                 ": expected one of " + names_of_limits());
  }
  const std::string name(kind->name);
  if (owner.project_id && !kind->may_be_of_project) {
    return wrong(name +
                 ": is a limit of an organization and not of a project; leave --project out");
  }
  const auto limit = parse_value(text.substr(equals + 1), kind->unit);
  if (!limit) {
    return wrong(name + ": expected " + expected_value(kind->unit) + ", or none, or default; got " +
                 server::in_quotes(text.substr(equals + 1)));
  }
  return LimitChange{.name = name, .limit = *limit};
}

std::string amount_or_none(const std::optional<std::uint64_t>& amount,
                           policy::LimitUnit unit = policy::LimitUnit::bytes) {
  if (!amount) return "none";
  return unit == policy::LimitUnit::bytes ? server::size_text(*amount) : std::to_string(*amount);
}

const Limit* find(const Limits& limits, std::string_view name) {
  const auto found = limits.find(name);
  return found == limits.end() ? nullptr : &found->second;
}

// What counts: a batch is a file too.
std::optional<std::uint64_t> in_force(const LimitKind& kind, const policy::Policy& policy) {
  const LimitKind* const file = policy::find_limit_kind("file_bytes");
  std::optional<std::uint64_t> value = kind.get(policy);
  if (kind.name != "batch_file_bytes") return value;
  const std::optional<std::uint64_t> largest_file = file->get(policy);
  if (!value || (largest_file && *largest_file < *value)) value = largest_file;
  return value;
}

void write_id(json::Writer& json, std::string_view key, const std::optional<std::string>& id) {
  json.key(key);
  if (id) {
    json.string(*id);
  } else {
    json.null();
  }
}

void write_limit(json::Writer& json, std::string_view key,
                 const std::optional<std::uint64_t>& largest) {
  json.key(key);
  if (largest) {
    json.integer(*largest);
  } else {
    json.string("none");
  }
}

// Null: not set on that level.
void write_own(json::Writer& json, std::string_view key, const Limit* limit) {
  if (limit != nullptr) return write_limit(json, key, limit->largest);
  json.key(key).null();
}

// In tenths of a percent, rounded down so that 100.0 is full.
std::optional<std::uint64_t> per_mille(const TenantUsage& row) {
  if (!row.bytes_max) return std::nullopt;
  if (*row.bytes_max == 0) return 1000;
  return static_cast<std::uint64_t>(static_cast<double>(row.usage.bytes) * 1000 /
                                    static_cast<double>(*row.bytes_max));
}

std::string percent_text(const TenantUsage& row) {
  const auto tenths = per_mille(row);
  if (!tenths) return "-";
  return std::to_string(*tenths / 10) + "." + std::to_string(*tenths % 10) + "%";
}

}  // namespace

Result<std::vector<LimitChange>> parse_limit_changes(const std::vector<std::string>& texts,
                                                     const catalog::Scope& owner) {
  std::vector<LimitChange> changes;
  for (const std::string& text : texts) {
    TRY(LimitChange change, parse_change(text, owner));
    if (std::ranges::find(changes, change.name, &LimitChange::name) != changes.end()) {
      return wrong(change.name + ": is named twice");
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

std::string limits_table(const ShownLimits& shown) {
  const bool has_project = shown.scope.project_id.has_value();
  const policy::Policy policy = policy::limits_in_force(shown.settings, shown.own);
  const auto own_text = [](const Limit* limit, policy::LimitUnit unit) {
    return limit == nullptr ? std::string("-") : amount_or_none(limit->largest, unit);
  };
  std::vector<std::vector<std::string>> rows = {{"LIMIT", "SETTING", "ORGANIZATION"}};
  if (has_project) rows.front().emplace_back("PROJECT");
  rows.front().insert(rows.front().end(), {"IN FORCE", "HOLDS FOR"});
  for (const LimitKind& kind : policy::limit_kinds()) {
    std::vector<std::string> row = {std::string(kind.name),
                                    amount_or_none(kind.get(shown.settings), kind.unit),
                                    own_text(find(shown.own.organization, kind.name), kind.unit)};
    if (has_project) row.push_back(own_text(find(shown.own.project, kind.name), kind.unit));
    row.push_back(amount_or_none(in_force(kind, policy), kind.unit));
    row.emplace_back(kind.meaning);
    rows.push_back(std::move(row));
  }
  return text_table(rows);
}

std::string limits_json(const ShownLimits& shown) {
  const policy::Policy policy = policy::limits_in_force(shown.settings, shown.own);
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("object").string("limits");
  json.key("organization_id").string(shown.scope.organization_id);
  write_id(json, "project_id", shown.scope.project_id);
  json.key("limits").begin_array();
  for (const LimitKind& kind : policy::limit_kinds()) {
    json.begin_object();
    json.key("name").string(kind.name);
    write_limit(json, "setting", kind.get(shown.settings));
    write_own(json, "organization", find(shown.own.organization, kind.name));
    write_own(json, "project", find(shown.own.project, kind.name));
    write_limit(json, "in_force", in_force(kind, policy));
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text + "\n";
}

Result<std::vector<TenantUsage>> read_usage(catalog::Catalog& catalog,
                                            const policy::Policy& settings,
                                            const std::optional<std::string>& organization_id) {
  std::vector<std::string> organizations;
  if (organization_id) {
    organizations.push_back(*organization_id);
  } else {
    TRY(organizations, catalog.organizations());
  }
  std::vector<TenantUsage> rows;
  for (const std::string& id : organizations) {
    TenantUsage whole{.scope = {.organization_id = id, .project_id = {}}, .project_name = {}};
    TRY(whole.usage, catalog.organization_usage(id));
    TRY(const LimitOverrides own, catalog.limits(whole.scope));
    whole.bytes_max = policy::limits_in_force(settings, own).organization_bytes_max;
    rows.push_back(std::move(whole));
    TRY(const std::vector<catalog::Project> projects, catalog.projects(id));
    for (const catalog::Project& project : projects) {
      TenantUsage part{.scope = {.organization_id = id, .project_id = project.id},
                       .project_name = project.name};
      TRY(part.usage, catalog.project_usage(project.id));
      TRY(const LimitOverrides both, catalog.limits(part.scope));
      part.bytes_max = policy::limits_in_force(settings, both).project_bytes_max;
      rows.push_back(std::move(part));
    }
  }
  return rows;
}

std::string usage_table(const std::vector<TenantUsage>& rows) {
  std::vector<std::vector<std::string>> cells = {
      {"ORGANIZATION", "PROJECT", "FILES", "BYTES", "QUOTA", "USED", "NAME"}};
  for (const TenantUsage& row : rows) {
    cells.push_back({row.scope.organization_id, row.scope.project_id.value_or("-"),
                     std::to_string(row.usage.files), short_bytes(row.usage.bytes),
                     amount_or_none(row.bytes_max), percent_text(row),
                     printable(row.project_name)});
  }
  return text_table(cells);
}

std::string usage_json(const std::vector<TenantUsage>& rows) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("object").string("list");
  json.key("data").begin_array();
  for (const TenantUsage& row : rows) {
    json.begin_object();
    json.key("object").string("usage");
    json.key("organization_id").string(row.scope.organization_id);
    write_id(json, "project_id", row.scope.project_id);
    json.key("files").integer(row.usage.files);
    json.key("bytes").integer(row.usage.bytes);
    write_limit(json, "quota", row.bytes_max);
    json.key("percent");
    if (const auto tenths = per_mille(row)) {
      json.number(static_cast<double>(*tenths) / 10);
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return text + "\n";
}

}  // namespace argot::cli
