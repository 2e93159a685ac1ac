// The table that every CRC-32 here starts from, made by the compiler.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace argot::digest {

using CrcTable = std::array<std::uint32_t, 256>;

// Entry b is the register after byte b went through an empty one. `reflected_polynomial` has its
// highest power in bit 0, as the checksums of Ethernet and iSCSI are computed.
constexpr CrcTable make_crc_table(std::uint32_t reflected_polynomial) {
  CrcTable table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1U) ^ ((value & 1U) != 0 ? reflected_polynomial : 0U);
    }
    table[byte] = value;
  }
  return table;
}

}  // namespace argot::digest
