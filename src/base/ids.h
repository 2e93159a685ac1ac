// How things are named: ids that sort by creation, random names, and the base58 that spells them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"

namespace argot {

// Big-endian bytes as exactly `digits` base58 digits. The alphabet is in ASCII order, so equally
// long texts sort as their numbers do. `digits` must be enough for the number.
std::string base58(Bytes big_endian, std::size_t digits);

// The bytes that `text` spells, right-aligned into `out`; false if a character is no base58 digit
// or the number needs more bytes.
bool parse_base58(std::string_view text, MutableBytes out);

// "file-" and 22 base58 digits over 48 bits of milliseconds and 80 random bits, most significant
// first: text order is creation order.
std::string mint_file_id(WallTime time, Random& random);

// Whether `text` has the form that mint_file_id() gives. Ids that do not are unknown, not bad.
bool is_file_id(std::string_view text);

// `prefix` and 24 random base58 digits: organisations ("org-") and projects ("proj_").
std::string mint_random_id(std::string_view prefix, Random& random);

// `prefix` and 32 random hexadecimal digits: requests ("req_").
std::string mint_hex_id(std::string_view prefix, Random& random);

// `prefix` and 32 hexadecimal digits, the first 8 of which are the seconds since 1970: uploads
// ("upload_") and their parts ("part_").
std::string mint_timed_id(std::string_view prefix, WallTime time, Random& random);

// Whether `text` has the form that mint_timed_id() gives.
bool is_timed_id(std::string_view prefix, std::string_view text);

// The name of stored content: 160 random bits as 40 hexadecimal digits. Never text of a client's.
class BlobId {
 public:
  static BlobId mint(Random& random);
  // Nothing if `text` is not exactly 40 lower-case hexadecimal digits.
  static std::optional<BlobId> parse(std::string_view text);

  const std::string& text() const { return text_; }

  friend auto operator<=>(const BlobId&, const BlobId&) = default;

 private:
  explicit BlobId(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace argot
