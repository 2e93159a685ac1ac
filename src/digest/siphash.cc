#include "digest/siphash.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

namespace argot::digest {
namespace {

constexpr std::size_t word_bytes = sizeof(std::uint64_t);

// The first `count` bytes, at most eight, least significant first.
std::uint64_t load_word(Bytes bytes, std::size_t count) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes.data(), count);
  } else {
    for (std::size_t place = 0; place < count; ++place) {
      word |= std::to_integer<std::uint64_t>(bytes[place]) << (8 * place);
    }
  }
  return word;
}

class State {
 public:
  explicit State(const SipHashKey& key)
      : a_(key.first ^ 0x736F6D65'70736575U),
        b_(key.second ^ 0x646F7261'6E646F6DU ^ long_outcome),
        c_(key.first ^ 0x6C796765'6E657261U),
        d_(key.second ^ 0x74656462'79746573U) {}

  void take(std::uint64_t word) {
    d_ ^= word;
    rounds<2>();
    a_ ^= word;
  }

  SipHashValue finish() {
    SipHashValue value;
    c_ ^= long_outcome;
    rounds<4>();
    value.first = a_ ^ b_ ^ c_ ^ d_;
    b_ ^= second_half;
    rounds<4>();
    value.second = a_ ^ b_ ^ c_ ^ d_;
    return value;
  }

 private:
  // What tells the outcome of 128 bits from that of 64, and its second half from the first.
  static constexpr std::uint64_t long_outcome = 0xEE;
  static constexpr std::uint64_t second_half = 0xDD;

  template <int count>
  void rounds() {
    for (int round = 0; round < count; ++round) {
      a_ += b_;
      c_ += d_;
      b_ = std::rotl(b_, 13) ^ a_;
      d_ = std::rotl(d_, 16) ^ c_;
      a_ = std::rotl(a_, 32) + d_;
      c_ += b_;
      d_ = std::rotl(d_, 21) ^ a_;
      b_ = std::rotl(b_, 17) ^ c_;
      c_ = std::rotl(c_, 32);
    }
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
};

}  // namespace

SipHashKey SipHashKey::made_with(Random& random) {
  SipHashKey key;
  random.fill(std::as_writable_bytes(std::span(&key, 1)));
  return key;
}

SipHashValue siphash128(const SipHashKey& key, Bytes bytes) {
  State state(key);
  const std::uint64_t size = bytes.size();
  for (; bytes.size() >= word_bytes; bytes = bytes.subspan(word_bytes)) {
    state.take(load_word(bytes, word_bytes));
  }
  // The last word ends with the lowest byte of the size.
  state.take(load_word(bytes, bytes.size()) | size << 56U);
  return state.finish();
}

}  // namespace argot::digest
