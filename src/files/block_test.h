// The unit of checksums by a short name, for the tests of files/.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace argot::files {

inline constexpr std::uint64_t block_bytes = limits::checksum_block_bytes;

}  // namespace argot::files
