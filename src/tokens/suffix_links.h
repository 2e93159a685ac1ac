// Which tokens a text ends with, byte after byte: the links of Aho and Corasick over the trie.
#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "tokens/trie.h"

namespace argot::tokens {

// Immutable, thread-safe. `trie` must outlive it.
class SuffixLinks {
 public:
  SuffixLinks(const Trie& trie, std::size_t tokens);

  // From the longest suffix that is a node to the longest one after another byte.
  Trie::Node next(Trie::Node node, unsigned char byte) const {
    for (;;) {
      const Trie::Node child = trie_.child(node, byte);
      if (child != Trie::none || node == Trie::root) return child;
      node = suffix_[node];
    }
  }

  // The longest token that the node's text ends with; no_token at the root only.
  Token longest(Trie::Node node) const { return longest_[node]; }

  // The longest token that the token ends with, but for itself; no_token for a single byte.
  Token shorter(Token token) const { return shorter_[token]; }

  // The token that is a token and one more byte; no_token where there is none.
  Token extended(Token token, unsigned char byte) const {
    const Trie::Node node = trie_.child(node_[token], byte);
    return node == Trie::none ? no_token : trie_.token_at(node);
  }

 private:
  const Trie& trie_;
  std::vector<Trie::Node> suffix_;
  std::vector<Token> longest_;
  std::vector<Token> shorter_;
  std::vector<Trie::Node> node_;
};

// Made by the first who asks. Thread-safe.
class LazySuffixLinks {
 public:
  const SuffixLinks& get(const Trie& trie, std::size_t tokens) const {
    std::call_once(once_, [&] { links_.emplace(trie, tokens); });
    return *links_;
  }

 private:
  mutable std::once_flag once_;
  mutable std::optional<SuffixLinks> links_;
};

}  // namespace argot::tokens
