// Cuts the same bytes at the places that the fuzzer chooses and holds every Sink of digest/ against
// the uncut run and against the plain twins.
//
// Input: a byte that chooses the block size, a byte with the number of cuts, one byte for the
// length of each piece, then the content; what is left after the last piece is written whole.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/sink.h"
#include "digest/crc32c.h"
#include "digest/parted_sha256.h"
#include "digest/sha256.h"

namespace argot {
namespace {

void play(Sink& sink, Bytes content, Bytes piece_lengths) {
  for (const std::byte length : piece_lengths) {
    const std::size_t taken = std::min(content.size(), std::to_integer<std::size_t>(length));
    ASSERT(sink.write(content.first(taken)));
    content = content.subspan(taken);
  }
  ASSERT(sink.write(content));
  ASSERT(sink.finish());
}

void check_sha256(Bytes content, Bytes piece_lengths) {
  digest::Sha256Sink cut;
  play(cut, content, piece_lengths);
  ASSERT(cut.value() == digest::sha256_of(content));
}

// Each piece is a part, and the rest after the last one.
void check_parted_sha256(Bytes content, Bytes piece_lengths, bool may_use_instructions) {
  digest::PartedSha256 hash(digest::PartHashes::wanted, may_use_instructions);
  Bytes rest = content;
  const auto take_part = [&](std::size_t bytes) {
    const Bytes part = rest.first(std::min(rest.size(), bytes));
    hash.update(part);
    ASSERT(hash.finish_part() == digest::sha256_of(part));
    rest = rest.subspan(part.size());
  };
  for (const std::byte length : piece_lengths) take_part(std::to_integer<std::size_t>(length));
  take_part(rest.size());
  ASSERT(hash.finish() == digest::sha256_of(content));
}

void check_block_checksums(Bytes content, Bytes piece_lengths, std::size_t block_bytes) {
  digest::BlockChecksumSink cut(block_bytes);
  play(cut, content, piece_lengths);
  const digest::BlockChecksums& value = cut.value();
  ASSERT(value.blocks.size() == (content.size() + block_bytes - 1) / block_bytes);
  for (const std::uint32_t checksum : value.blocks) {
    const Bytes block = content.first(std::min(content.size(), block_bytes));
    ASSERT(checksum == digest::crc32c_portable(block));
    content = content.subspan(block.size());
  }
  ASSERT(digest::BlockChecksums::from_packed(value.packed()) == value);
}

}  // namespace
}  // namespace argot

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const argot::Bytes input = std::as_bytes(std::span(data, size));
  if (input.size() < 2) return 0;
  const std::size_t block_bytes = 1 + 17 * std::to_integer<std::size_t>(input[0]);
  const std::size_t cuts = std::min(std::to_integer<std::size_t>(input[1]), input.size() - 2);
  const argot::Bytes piece_lengths = input.subspan(2, cuts);
  const argot::Bytes content = input.subspan(2 + cuts);
  argot::check_sha256(content, piece_lengths);
  argot::check_parted_sha256(content, piece_lengths, true);
  argot::check_parted_sha256(content, piece_lengths, false);
  argot::check_block_checksums(content, piece_lengths, block_bytes);
  return 0;
}
