// Keys as text: `sk-argot-`, a public id, a secret and check digits, without separators and of one
// length, so that scanners find leaked ones and a mistyped one is told from an unknown one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "digest/digest_values.h"

namespace argot::api {

// Layout of the text: `sk-argot-`, then base58 digits: 11 of the public id (64 random bits), 44 of
// the secret (256 random bits), 6 of the CRC-32 over everything before them.
inline constexpr std::size_t key_text_bytes = 70;

// What may be stored of a key: the name it is looked up by, and the hash of its secret.
struct KeyParts {
  std::string public_id;  // its 11 digits
  digest::Sha256Value secret_sha256;

  friend bool operator==(const KeyParts&, const KeyParts&) = default;
};

struct MintedKey {
  std::string text;  // shown once, never stored
  KeyParts parts;
};

MintedKey mint_key(Random& random);

// Nothing if `text` is of another form or its check digits are wrong. Whether there is such a key
// is the catalogue's to say.
std::optional<KeyParts> parse_key(std::string_view text);

// `text` for a message: at most its first 8 and its last 4 characters, and of a text too short to
// hide anything between them, none.
std::string mask_key(std::string_view text);

}  // namespace argot::api
