// What the commands of `argot keys` do to a catalogue, whoever opened it.
#pragma once

#include <chrono>
#include <iosfwd>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"

namespace argot::cli {

// A permission set as text: "read,write,delete", in any order. Nothing if a word is none.
std::optional<std::uint32_t> parse_scopes(std::string_view text);
std::string scopes_text(std::uint32_t permissions);

struct NewKey {
  std::string name;
  std::optional<std::string> organization;      // an id; nothing: the only organisation
  std::optional<std::string> new_organization;  // a name
  std::optional<std::string> project;           // an id; nothing: the whole organisation
  std::optional<std::string> new_project;       // a name
  std::uint32_t permissions = 0;
  std::optional<std::chrono::milliseconds> expires_in;
};

struct CreatedKey {
  std::string text;  // shown once
  catalog::Key key;
};

// Makes the organisation and the project too, where they are new. Error: invalid_request, with one
// line for whoever typed it; the catalogue's.
Result<CreatedKey> create_key(catalog::Catalog& catalog, const NewKey& wanted, Random& random,
                              WallTime now);

// A table for people, or one JSON object {"object":"list","data":[...]}.
std::string keys_table(const std::vector<catalog::Key>& keys, WallTime now);
std::string keys_json(const std::vector<catalog::Key>& keys, WallTime now);

// The JSON object of one key, with its text under "key".
std::string created_json(const CreatedKey& created, WallTime now);

// "2026-10-03T07:30:00Z"
std::string calendar_text(WallTime time);

}  // namespace argot::cli
