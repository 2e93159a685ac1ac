// CRC-32 as Ethernet and zip have it: the check digits of a key, so that a mistyped one is told
// from an unknown one. For short texts; content has CRC32C (crc32c.h).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace argot::digest {

std::uint32_t crc32(Bytes bytes);

}  // namespace argot::digest
