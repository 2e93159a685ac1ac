#include "digest/digest_values.h"

#include <algorithm>

#include "base/text.h"

namespace argot::digest {
namespace {

constexpr std::size_t checksum_bytes = sizeof(std::uint32_t);

}  // namespace

std::string Sha256Value::hex() const { return to_hex(bytes); }

std::optional<Sha256Value> Sha256Value::from_bytes(Bytes bytes) {
  Sha256Value value;
  if (bytes.size() != value.bytes.size()) return std::nullopt;
  std::copy_n(bytes.data(), bytes.size(), value.bytes.data());
  return value;
}

std::vector<std::byte> BlockChecksums::packed() const {
  std::vector<std::byte> out;
  out.reserve(blocks.size() * checksum_bytes);
  for (const std::uint32_t block : blocks) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      out.push_back(static_cast<std::byte>((block >> shift) & 0xFFU));
    }
  }
  return out;
}

std::optional<BlockChecksums> BlockChecksums::from_packed(Bytes packed) {
  if (packed.size() % checksum_bytes != 0) return std::nullopt;
  BlockChecksums checksums;
  checksums.blocks.reserve(packed.size() / checksum_bytes);
  for (; !packed.empty(); packed = packed.subspan(checksum_bytes)) {
    std::uint32_t block = 0;
    for (std::size_t place = checksum_bytes; place-- > 0;) {
      block = (block << 8U) | std::to_integer<std::uint32_t>(packed[place]);
    }
    checksums.blocks.push_back(block);
  }
  return checksums;
}

}  // namespace argot::digest
