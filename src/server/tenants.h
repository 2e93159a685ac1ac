// Who may use a server that has just been made: its first organisation and its first key.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "catalog/records.h"

namespace argot::server {

// The oldest organisation; one called "default" is made where there is none. Its first project is
// where files go whose key names no project.
Result<catalog::Scope> ensure_organization(catalog::Catalog& catalog);

// The key that a start hands to whoever is on the same machine.
struct FirstKey {
  enum class Origin {
    minted,     // made up by this start
    bootstrap,  // from --bootstrap-key-file
    stored,     // left in the credentials by an earlier start
  };

  std::string text;
  Origin origin = Origin::minted;
};

// The key of --bootstrap-key-file: the file's one line. Error: cannot_start (not readable, not a
// key). The message never shows what the file says.
Result<FirstKey> read_bootstrap_key(const std::string& path);

// Without a bootstrap key: the stored one, if it has the form of a key, else a new one where the
// catalogue has no keys yet, else nothing.
Result<std::optional<FirstKey>> choose_first_key(catalog::Catalog& catalog,
                                                 const std::optional<std::string>& stored,
                                                 Random& random);

// Puts the key in the catalogue, for `scope` and with every permission but files_internal, unless
// it is there already or it is a stored one and the catalogue has other keys; whether it did. The
// text has to be safe before: the catalogue keeps no way back to it. Error: cannot_start (another
// key has its public id); the catalogue's.
Result<bool> add_first_key(catalog::Catalog& catalog, const FirstKey& key,
                           const catalog::Scope& scope, WallTime now);

}  // namespace argot::server
