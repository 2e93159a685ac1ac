#include "tokens/kernels.h"

namespace argot::tokens {
namespace {

void classify(const char* bytes, WindowMasks& masks) {
  masks = {};
  for (unsigned at = 0; at < window_bytes; ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const auto bit = [at](bool is_one) { return std::uint64_t{is_one} << at; };
    const bool is_capital = byte >= 'A' && byte <= 'Z';
    const bool is_newline = byte == '\n' || byte == '\r';
    masks.letters |= bit(is_capital || (byte >= 'a' && byte <= 'z'));
    masks.capitals |= bit(is_capital);
    masks.digits |= bit(byte >= '0' && byte <= '9');
    masks.spaces |= bit(byte == ' ');
    masks.tabs |= bit(byte >= '\t' && byte <= '\r' && !is_newline);
    masks.newlines |= bit(is_newline);
    masks.high |= bit(byte >= 0x80);
    masks.quotes |= bit(byte == '\'');
    masks.slashes |= bit(byte == '/');
  }
}

std::uint64_t look_up(const ShortPieces::Set* sets, std::span<const WaitingPiece> pieces,
                      std::span<std::uint32_t> unknown, std::size_t& unknown_count) {
  std::uint64_t sum = 0;
  for (std::uint32_t at = 0; at < pieces.size(); ++at) {
    const unsigned count = ShortPieces::find_in(sets[pieces[at].key.set], pieces[at].key);
    sum += count;
    if (count == 0) unknown[unknown_count++] = at;
  }
  return sum;
}

}  // namespace

Kernels portable_kernels() {
  return {.name = "portable", .classify = classify, .look_up = look_up};
}

}  // namespace argot::tokens
