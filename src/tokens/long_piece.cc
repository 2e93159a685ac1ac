#include "tokens/long_piece.h"

#include "base/assert.h"

namespace argot::tokens {

void LongPiece::reset() {
  node_ = Trie::root;
  length_ = 0;
  prefixes_[0] = {};
}

// There is one such token for every prefix, since every prefix has one encoding, so they may be
// tried in any order. Most often it is the one before, grown by this byte.
void LongPiece::add(unsigned char byte) {
  const Token before = prefixes_[length_ % prefixes_.size()].last;
  node_ = links_.next(node_, byte);
  ++length_;
  const Token grown = before == no_token ? no_token : links_.extended(before, byte);
  if (grown != no_token && is_last(grown)) return;
  const std::uint64_t key = (std::uint64_t{node_} << token_bits | (before & token_mask))
                            << token_bits;
  std::uint64_t& guess = guesses_[(key * 0x9E3779B97F4A7C15U) >> 52U];
  if ((guess & ~token_mask) == key && is_last(static_cast<Token>(guess & token_mask))) return;
  Token token = links_.longest(node_);
  while (!is_last(token)) token = links_.shorter(token);
  guess = key | token;
}

// Whether the piece so far ends with this token, which its text does; then it is noted.
bool LongPiece::is_last(Token token) {
  ASSERT(token != no_token);
  const std::size_t bytes = vocabulary_.length_of(token);
  if (bytes > length_) return false;
  const Prefix& before = prefixes_[(length_ - bytes) % prefixes_.size()];
  if (before.last != no_token && !pairs_.stay_apart(vocabulary_, {before.last, token})) {
    return false;
  }
  prefixes_[length_ % prefixes_.size()] = {.last = token, .count = before.count + 1};
  return true;
}

}  // namespace argot::tokens
