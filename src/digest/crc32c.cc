#include "digest/crc32c.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/assert.h"
#include "digest/crc_table.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace argot::digest {
namespace {

// Inside, a checksum is the register of the division, which is the complement of what is shown.
using Register = std::uint32_t;

constexpr std::uint32_t polynomial = 0x82F63B78U;

// Row k has the registers after a byte and k zero bytes, so that eight bytes go in at once.
constexpr std::array<CrcTable, 8> slices = [] {
  std::array<CrcTable, 8> rows{};
  rows[0] = make_crc_table(polynomial);
  for (std::size_t row = 1; row < rows.size(); ++row) {
    for (std::size_t byte = 0; byte < rows[0].size(); ++byte) {
      const Register previous = rows[row - 1][byte];
      rows[row][byte] = (previous >> 8U) ^ rows[0][previous & 0xFFU];
    }
  }
  return rows;
}();

std::uint32_t load_little_endian(Bytes four) {
  return std::to_integer<std::uint32_t>(four[0]) | std::to_integer<std::uint32_t>(four[1]) << 8U |
         std::to_integer<std::uint32_t>(four[2]) << 16U |
         std::to_integer<std::uint32_t>(four[3]) << 24U;
}

Register update_portable(Register value, Bytes bytes) {
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    const std::uint32_t low = value ^ load_little_endian(bytes.first<4>());
    const std::uint32_t high = load_little_endian(bytes.subspan<4, 4>());
    value = slices[7][low & 0xFFU] ^ slices[6][(low >> 8U) & 0xFFU] ^
            slices[5][(low >> 16U) & 0xFFU] ^ slices[4][low >> 24U] ^ slices[3][high & 0xFFU] ^
            slices[2][(high >> 8U) & 0xFFU] ^ slices[1][(high >> 16U) & 0xFFU] ^
            slices[0][high >> 24U];
  }
  for (const std::byte byte : bytes) {
    value = (value >> 8U) ^ slices[0][(value ^ std::to_integer<std::uint32_t>(byte)) & 0xFFU];
  }
  return value;
}

#if defined(__x86_64__)

// The instruction takes three cycles and one can start in each, so three lanes run side by side. A
// lane is a power of two long; shorter ones serve shorter chunks, longer ones join less often.
constexpr std::size_t lane_bytes = 1024;

// What the register becomes when lane_bytes zero bytes follow: linear in its bits, hence a table
// for each of its bytes. Doubling the number of zero bits squares the map.
constexpr std::array<CrcTable, 4> skip_lane = [] {
  const auto apply = [](const std::array<Register, 32>& images, Register value) {
    Register sum = 0;
    for (std::size_t bit = 0; bit < 32; ++bit) {
      if (((value >> bit) & 1U) != 0) sum ^= images[bit];
    }
    return sum;
  };
  std::array<Register, 32> images{polynomial};
  for (std::size_t bit = 1; bit < 32; ++bit) images[bit] = 1U << (bit - 1);
  for (std::size_t zero_bits = 1; zero_bits < 8 * lane_bytes; zero_bits *= 2) {
    std::array<Register, 32> squared{};
    for (std::size_t bit = 0; bit < 32; ++bit) squared[bit] = apply(images, images[bit]);
    images = squared;
  }
  std::array<CrcTable, 4> tables{};
  for (std::size_t place = 0; place < 4; ++place) {
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      tables[place][byte] = apply(images, byte << (8 * place));
    }
  }
  return tables;
}();

Register over_zero_lane(Register value) {
  return skip_lane[0][value & 0xFFU] ^ skip_lane[1][(value >> 8U) & 0xFFU] ^
         skip_lane[2][(value >> 16U) & 0xFFU] ^ skip_lane[3][value >> 24U];
}

std::uint64_t load_word(const std::byte* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) Register update_sse42(Register value, Bytes bytes) {
  const std::byte* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 3 * lane_bytes; left -= 3 * lane_bytes, at += 3 * lane_bytes) {
    std::uint64_t first = value;
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t word = 0; word < lane_bytes; word += 8) {
      first = _mm_crc32_u64(first, load_word(at + word));
      second = _mm_crc32_u64(second, load_word(at + lane_bytes + word));
      third = _mm_crc32_u64(third, load_word(at + 2 * lane_bytes + word));
    }
    value = over_zero_lane(static_cast<Register>(first)) ^ static_cast<Register>(second);
    value = over_zero_lane(value) ^ static_cast<Register>(third);
  }
  for (; left >= 8; left -= 8, at += 8) {
    value = static_cast<Register>(_mm_crc32_u64(value, load_word(at)));
  }
  for (; left > 0; --left, ++at) value = _mm_crc32_u8(value, std::to_integer<unsigned char>(*at));
  return value;
}

#endif

Register update(Register value, Bytes bytes) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return update_sse42(value, bytes);
#endif
  return update_portable(value, bytes);
}

}  // namespace

std::uint32_t crc32c(Bytes bytes, std::uint32_t before) { return ~update(~before, bytes); }

std::uint32_t crc32c_portable(Bytes bytes, std::uint32_t before) {
  return ~update_portable(~before, bytes);
}

BlockChecksumSink::BlockChecksumSink(std::uint64_t block_bytes) : block_bytes_(block_bytes) {
  ASSERT(block_bytes_ > 0);
}

Result<> BlockChecksumSink::write(Bytes chunk) {
  ASSERT(!is_finished_);
  while (!chunk.empty()) {
    const auto taken = static_cast<std::size_t>(
        std::min<std::uint64_t>(block_bytes_ - bytes_in_block_, chunk.size()));
    checksum_ = crc32c(chunk.first(taken), checksum_);
    bytes_in_block_ += taken;
    chunk = chunk.subspan(taken);
    if (bytes_in_block_ == block_bytes_) {
      value_.blocks.push_back(checksum_);
      bytes_in_block_ = 0;
      checksum_ = 0;
    }
  }
  return {};
}

Result<> BlockChecksumSink::finish() {
  ASSERT(!is_finished_);
  is_finished_ = true;
  if (bytes_in_block_ > 0) value_.blocks.push_back(checksum_);
  return {};
}

const BlockChecksums& BlockChecksumSink::value() const {
  ASSERT(is_finished_);
  return value_;
}

}  // namespace argot::digest
