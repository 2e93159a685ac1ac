#include "digest/parted_sha256.h"

#include <algorithm>

#include "base/assert.h"

namespace argot::digest {
namespace {

// FIPS 180-4, section 5.1.1: a one bit, zeros, and at the end of a block how many bits there were.
constexpr std::size_t length_bytes = 8;

void put_big_endian(std::uint64_t value, MutableBytes out) {
  for (std::size_t i = out.size(); i > 0; --i, value >>= 8U) {
    out[i - 1] = static_cast<std::byte>(value & 0xFFU);
  }
}

}  // namespace

PartedSha256::PartedSha256(PartHashes parts, bool may_use_instructions) : parts_(parts) {
  // Alone, a hash is as fast by libcrypto.
  if (parts_ == PartHashes::wanted && may_use_instructions && has_sha256_instructions()) return;
  library_whole_.emplace();
  if (parts_ == PartHashes::wanted) library_part_.emplace();
}

void PartedSha256::update(Bytes bytes) {
  if (library_whole_) {
    library_whole_->update(bytes);
    if (library_part_) library_part_->update(bytes);
  } else if (whole_.begun_bytes() == part_.begun_bytes()) {
    add<2>({&whole_, &part_}, bytes);
  } else {
    add<1>({&whole_}, bytes);
    add<1>({&part_}, bytes);
  }
}

template <std::size_t chain_count>
void PartedSha256::add(const std::array<Chain*, chain_count>& chains, Bytes bytes) {
  const auto compress_blocks = [&](Bytes blocks) {
    if constexpr (chain_count == 1) {
      compress(chains[0]->state, blocks);
    } else {
      compress_both(chains[0]->state, chains[1]->state, blocks);
    }
  };
  const auto begin_block = [&](Bytes piece) {
    for (Chain* const chain : chains) {
      std::copy_n(piece.data(), piece.size(), chain->begun.data() + chain->begun_bytes());
      chain->bytes += piece.size();
    }
  };
  if (const std::size_t begun = chains[0]->begun_bytes(); begun > 0) {
    const std::size_t taken = std::min(sha256_block_bytes - begun, bytes.size());
    begin_block(bytes.first(taken));
    bytes = bytes.subspan(taken);
    // They went over the same bytes, so their blocks are the same.
    if (chains[0]->begun_bytes() == 0) compress_blocks(chains[0]->begun);
  }
  const std::size_t begun_later = bytes.size() % sha256_block_bytes;
  const Bytes blocks = bytes.first(bytes.size() - begun_later);
  compress_blocks(blocks);
  for (Chain* const chain : chains) chain->bytes += blocks.size();
  begin_block(bytes.last(begun_later));
}

Sha256Value PartedSha256::finish(Chain& chain) {
  const std::uint64_t bits = 8 * chain.bytes;
  std::array<std::byte, sha256_block_bytes> padding{std::byte{0x80}};
  std::array<std::byte, length_bytes> length{};
  put_big_endian(bits, length);
  constexpr std::size_t length_place = sha256_block_bytes - length_bytes;
  const std::size_t zeros_end =
      (chain.begun_bytes() < length_place ? length_place : length_place + sha256_block_bytes);
  add<1>({&chain}, Bytes(padding).first(zeros_end - chain.begun_bytes()));
  add<1>({&chain}, length);
  Sha256Value value;
  for (std::size_t i = 0; i < chain.state.words.size(); ++i) {
    put_big_endian(chain.state.words[i], MutableBytes(value.bytes).subspan(4 * i, 4));
  }
  chain = Chain();
  return value;
}

Sha256Value PartedSha256::finish_part() {
  ASSERT(parts_ == PartHashes::wanted);
  return library_part_ ? library_part_->finish() : finish(part_);
}

Sha256Value PartedSha256::finish() {
  return library_whole_ ? library_whole_->finish() : finish(whole_);
}

}  // namespace argot::digest
