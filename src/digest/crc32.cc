#include "digest/crc32.h"

#include "digest/crc_table.h"

namespace argot::digest {
namespace {

constexpr CrcTable table = make_crc_table(0xEDB88320U);

}  // namespace

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t value = ~0U;
  for (const std::byte byte : bytes) {
    value = (value >> 8U) ^ table[(value ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
  }
  return ~value;
}

}  // namespace argot::digest
