// SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the
// longer outcome is that of their reference code): a hash for tables whose keys strangers choose.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/random.h"

namespace argot::digest {

// Whoever does not know it cannot make two texts that hash to the same, however many they try.
struct SipHashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  static SipHashKey made_with(Random& random);
};

struct SipHashValue {
  std::uint64_t first = 0;
  std::uint64_t second = 0;

  friend bool operator==(const SipHashValue&, const SipHashValue&) = default;
};

// For texts that are short: what it takes beside the bytes is a tenth of that of SHA-256. Nothing
// that is stored or shown may depend on it, for each process has keys of its own.
SipHashValue siphash128(const SipHashKey& key, Bytes bytes);

}  // namespace argot::digest
