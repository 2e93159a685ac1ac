#include "cli/key_commands.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/tenant_choice.h"
#include "cli/text_table.h"
#include "json/writer.h"

namespace argot::cli {
namespace {

using catalog::Permission;

constexpr std::array<std::pair<std::string_view, Permission>, 4> scopes = {
    {{"read", Permission::files_read},
     {"write", Permission::files_write},
     {"delete", Permission::files_delete},
     {"internal", Permission::files_internal}}};

bool is_name(std::string_view text) {
  return text.size() <= limits::filename_bytes_max && is_utf8(text) &&
         std::ranges::none_of(text, [](char character) {
           return static_cast<unsigned char>(character) < 0x20U || character == '\x7F';
         });
}

Result<> check_names(const NewKey& wanted) {
  const auto check = [](std::string_view flag, const std::optional<std::string>& name) -> Result<> {
    if (!name || is_name(*name)) return {};
    return fail(ErrorCode::invalid_request, std::string(flag) + ": expected a name of at most " +
                                                std::to_string(limits::filename_bytes_max) +
                                                " bytes of UTF-8 without control characters");
  };
  TRY_DO(check("--name", wanted.name));
  TRY_DO(check("--new-organization", wanted.new_organization));
  return check("--new-project", wanted.new_project);
}

Result<catalog::Scope> find_scope(catalog::Catalog& catalog, const NewKey& wanted) {
  catalog::Scope scope;
  if (wanted.new_organization) {
    TRY(const catalog::Project first, catalog.create_organization(*wanted.new_organization));
    scope.organization_id = first.organization_id;
  } else {
    TRY(scope,
        choose_tenant(catalog, {.organization = wanted.organization, .project = wanted.project}));
  }
  if (wanted.new_project) {
    TRY(const catalog::Project made,
        catalog.create_project(scope.organization_id, *wanted.new_project));
    scope.project_id = made.id;
  }
  return scope;
}

std::string_view state_of(const catalog::Key& key, WallTime now) {
  if (key.revoked_at) return "revoked";
  if (key.expires_at && *key.expires_at <= now) return "expired";
  return "active";
}

void write_time(json::Writer& json, std::string_view name, const std::optional<WallTime>& time) {
  json.key(name);
  if (time) {
    json.integer(unix_seconds(*time));
  } else {
    json.null();
  }
}

// `text` is there for a key that was just made, and only then.
void write_key(json::Writer& json, const catalog::Key& key, const std::string* text, WallTime now) {
  json.begin_object();
  json.key("object").string("key");
  json.key("id").string(key.public_id);
  if (text != nullptr) json.key("key").string(*text);
  json.key("name").string(key.name);
  json.key("organization_id").string(key.scope.organization_id);
  json.key("project_id");
  if (key.scope.project_id) {
    json.string(*key.scope.project_id);
  } else {
    json.null();
  }
  json.key("scopes").begin_array();
  for (const auto& [word, permission] : scopes) {
    if (key.may(permission)) json.string(word);
  }
  json.end_array();
  json.key("state").string(state_of(key, now));
  write_time(json, "created_at", key.created_at);
  write_time(json, "expires_at", key.expires_at);
  write_time(json, "revoked_at", key.revoked_at);
  json.end_object();
}

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::optional<std::uint32_t> parse_scopes(std::string_view text) {
  std::uint32_t permissions = 0;
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto* const found = std::ranges::find_if(
        scopes, [&](const auto& scope) { return scope.first == text.substr(0, comma); });
    if (found == scopes.end()) return std::nullopt;
    permissions |= static_cast<std::uint32_t>(found->second);
    if (comma == text.size()) return permissions;
    text.remove_prefix(comma + 1);
  }
}

std::string scopes_text(std::uint32_t permissions) {
  std::string text;
  for (const auto& [word, permission] : scopes) {
    if ((permissions & static_cast<std::uint32_t>(permission)) == 0) continue;
    text += (text.empty() ? "" : ",") + std::string(word);
  }
  return text;
}

Result<CreatedKey> create_key(catalog::Catalog& catalog, const NewKey& wanted, Random& random,
                              WallTime now) {
  TRY_DO(check_names(wanted));
  TRY(catalog::Scope scope, find_scope(catalog, wanted));
  api::MintedKey minted = api::mint_key(random);
  CreatedKey created{.text = std::move(minted.text),
                     .key = {.public_id = std::move(minted.parts.public_id),
                             .secret_sha256 = minted.parts.secret_sha256,
                             .scope = std::move(scope),
                             .name = wanted.name,
                             .permissions = wanted.permissions,
                             .created_at = now}};
  if (wanted.expires_in) created.key.expires_at = now + *wanted.expires_in;
  TRY_DO(catalog.create_key(created.key));
  return created;
}

std::string keys_table(const std::vector<catalog::Key>& keys, WallTime now) {
  std::vector<std::vector<std::string>> rows = {
      {"ID", "STATE", "SCOPES", "ORGANIZATION", "PROJECT", "EXPIRES", "NAME"}};
  for (const catalog::Key& key : keys) {
    rows.push_back({key.public_id, std::string(state_of(key, now)), scopes_text(key.permissions),
                    key.scope.organization_id, key.scope.project_id.value_or("-"),
                    key.expires_at ? calendar_text(*key.expires_at) : "-", key.name});
  }
  return text_table(rows);
}

std::string keys_json(const std::vector<catalog::Key>& keys, WallTime now) {
  std::string text;
  json::Writer json(text);
  json.begin_object();
  json.key("object").string("list");
  json.key("data").begin_array();
  for (const catalog::Key& key : keys) write_key(json, key, nullptr, now);
  json.end_array();
  json.end_object();
  return text + "\n";
}

std::string created_json(const CreatedKey& created, WallTime now) {
  std::string text;
  json::Writer json(text);
  write_key(json, created.key, &created.text, now);
  return text + "\n";
}

std::string calendar_text(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return std::to_string(static_cast<int>(date.year())) + "-" +
         two_digits(static_cast<unsigned>(date.month())) + "-" +
         two_digits(static_cast<unsigned>(date.day())) + "T" +
         two_digits(static_cast<unsigned>(clock.hours().count())) + ":" +
         two_digits(static_cast<unsigned>(clock.minutes().count())) + ":" +
         two_digits(static_cast<unsigned>(clock.seconds().count())) + "Z";
}

}  // namespace argot::cli
