// Encodes one piece of any length while it comes, in constant memory and in time that grows with
// its length alone.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "tokens/pair_memo.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {

// The last token of the encoding of each prefix follows from those before: it is the one token that
// the prefix ends with and that stays apart from the last token of what is left. So nothing needs
// to be kept but the last token_bytes_max prefixes. Not thread-safe.
class LongPiece {
 public:
  // `vocabulary` must outlive it.
  explicit LongPiece(const Vocabulary& vocabulary)
      : vocabulary_(vocabulary), links_(vocabulary.suffix_links()) {}

  // Begins the next piece.
  void reset();
  void add(unsigned char byte);
  void add(std::string_view bytes) {
    for (const char byte : bytes) add(static_cast<unsigned char>(byte));
  }

  // How many tokens the piece so far has; `bytes` before its end, at most token_bytes_max.
  std::uint64_t count(std::size_t bytes_before = 0) const {
    return prefixes_[(length_ - bytes_before) % prefixes_.size()].count;
  }
  // The last token of the piece so far, which is not empty.
  Token last() const { return prefixes_[length_ % prefixes_.size()].last; }
  std::uint64_t length() const { return length_; }

 private:
  struct Prefix {
    Token last = no_token;
    std::uint64_t count = 0;
  };

  bool is_last(Token token);

  const Vocabulary& vocabulary_;
  const SuffixLinks& links_;
  Trie::Node node_ = Trie::root;
  std::uint64_t length_ = 0;
  std::array<Prefix, 2 * Vocabulary::token_bytes_max> prefixes_{};  // by length
  // What came last where the same node followed the same token and that one did not grow: a guess
  // that is proved before it is used. It spares runs of one sign, where dozens of tokens end at
  // each place, the search.
  std::array<std::uint64_t, 4096> guesses_{};
  PairMemo<4096> pairs_;
};

}  // namespace argot::tokens
