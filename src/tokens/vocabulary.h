// One encoding's tokens: their bytes, what merges into what, and which come first in a text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/encoding.h"
#include "tokens/pair_table.h"
#include "tokens/suffix_links.h"
#include "tokens/trie.h"

namespace argot::tokens {

// About 20 MB for o200k_base; load one, and share it: it is immutable and thread-safe.
class Vocabulary {
 public:
  // The longest token of either encoding, in bytes.
  static constexpr std::size_t token_bytes_max = 128;
  static constexpr Token single_bytes = 256;

  static std::unique_ptr<const Vocabulary> load(Encoding encoding);

  Encoding encoding() const { return encoding_; }
  std::size_t size() const { return parts_.size(); }

  std::string_view bytes_of(Token token) const {
    return std::string_view(bytes_).substr(offsets_[token], length_of(token));
  }
  std::size_t length_of(Token token) const { return offsets_[token + 1] - offsets_[token]; }

  // The two tokens it is merged from; itself twice for a single byte.
  TokenPair parts_of(Token token) const { return parts_[token]; }
  Token merged(TokenPair pair) const { return pairs_.find(pair); }

  // Whether encoding the two tokens' text gives just the two. By a theorem of byte-pair encoding a
  // sequence of tokens is the encoding of its text where each two neighbours are.
  bool stay_apart(TokenPair pair) const;

  const Trie& trie() const { return trie_; }

  // Built when first asked for: only long pieces need them.
  const SuffixLinks& suffix_links() const;

 private:
  explicit Vocabulary(Encoding encoding);

  std::vector<std::string_view> texts() const;

  Encoding encoding_;
  std::vector<TokenPair> parts_;
  std::vector<std::uint32_t> offsets_;  // where each token's bytes begin, and the end of them all
  std::string bytes_;
  PairTable pairs_;
  Trie trie_;
  LazySuffixLinks suffix_links_;
};

}  // namespace argot::tokens
