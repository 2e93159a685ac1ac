#include "server/tenants.h"

#include <string_view>
#include <utility>
#include <vector>

#include "api/api_key.h"
#include "base/assert.h"
#include "server/setting_values.h"
#include "server/small_file.h"

namespace argot::server {
namespace {

constexpr std::size_t key_file_bytes_max = 4096;
constexpr std::string_view first_key_name = "first key";

constexpr std::uint32_t first_key_permissions =
    static_cast<std::uint32_t>(catalog::Permission::files_read) |
    static_cast<std::uint32_t>(catalog::Permission::files_write) |
    static_cast<std::uint32_t>(catalog::Permission::files_delete);

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

}  // namespace

Result<catalog::Scope> ensure_organization(catalog::Catalog& catalog) {
  TRY(std::string id, catalog.first_organization("default"));
  return catalog::Scope{.organization_id = std::move(id)};
}

Result<FirstKey> read_bootstrap_key(const std::string& path) {
  const auto text = read_small_file(path, key_file_bytes_max);
  if (!text) {
    return fail(ErrorCode::cannot_start,
                "bootstrap_key_file: cannot read " + in_quotes(path) + ": " + text.error().detail);
  }
  const std::string_view key = trimmed(*text);
  if (!api::parse_key(key)) {
    return fail(ErrorCode::cannot_start,
                "bootstrap_key_file: expected one key (sk-argot-...) in " + in_quotes(path) +
                    ", and its check digits have to be right; `argot keys create` makes such keys");
  }
  return FirstKey{.text = std::string(key), .origin = FirstKey::Origin::bootstrap};
}

Result<std::optional<FirstKey>> choose_first_key(catalog::Catalog& catalog,
                                                 const std::optional<std::string>& stored,
                                                 Random& random) {
  if (stored && api::parse_key(*stored)) {
    return FirstKey{.text = *stored, .origin = FirstKey::Origin::stored};
  }
  TRY(const std::vector<catalog::Key> keys, catalog.keys());
  if (!keys.empty()) return std::nullopt;
  return FirstKey{.text = api::mint_key(random).text, .origin = FirstKey::Origin::minted};
}

Result<bool> add_first_key(catalog::Catalog& catalog, const FirstKey& key,
                           const catalog::Scope& scope, WallTime now) {
  const auto parts = api::parse_key(key.text);
  ASSERT(parts.has_value());
  TRY(const std::optional<catalog::Key> known, catalog.find_key(parts->public_id));
  if (known) {
    const bool is_same = known->secret_sha256 == parts->secret_sha256;
    if (is_same || key.origin == FirstKey::Origin::stored) return false;
    return fail(ErrorCode::cannot_start,
                "the first key cannot be added: another key has its "
                "public id; make another one with `argot keys create`");
  }
  if (key.origin == FirstKey::Origin::stored) {
    // A start that was cut short leaves the text stored and the catalogue without keys. With keys
    // in the catalogue it is an old text, and whoever left it there gets no access by it.
    TRY(const std::vector<catalog::Key> keys, catalog.keys());
    if (!keys.empty()) return false;
  }
  const Result<> created = catalog.create_key({.public_id = parts->public_id,
                                               .secret_sha256 = parts->secret_sha256,
                                               .scope = scope,
                                               .name = std::string(first_key_name),
                                               .permissions = first_key_permissions,
                                               .created_at = now});
  if (created) return true;
  // Of replicas that start at the same time with the same key, another one was faster.
  TRY(const std::optional<catalog::Key> added, catalog.find_key(parts->public_id));
  if (added && added->secret_sha256 == parts->secret_sha256) return false;
  return fail(created.error());
}

}  // namespace argot::server
