// All tokens by their bytes: which tokens a text begins with.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "tokens/pair_table.h"
#include "tokens/wide_array.h"

namespace argot::tokens {

// Immutable, thread-safe. A node is the number of a prefix that some token has; the root is the
// empty one. Nodes lie in the order of their depth, so that those in use share cache lines.
class Trie {
 public:
  using Node = std::uint32_t;
  static constexpr Node root = 0;
  static constexpr Node none = 0;  // nothing leads to the root

  // `texts` has the bytes of each token, none empty, each once.
  explicit Trie(std::span<const std::string_view> texts);

  // The node of a node's text and one more byte, or `none`. always_inline: its callers are built
  // for several processors (merger.cc).
  [[gnu::always_inline]] Node child(Node node, unsigned char byte) const {
    const Record* record = &records_[node];
    while ((record->facts >> group_shift & 3U) != byte >> 6U) {
      if ((record->facts & has_more) == 0) return none;
      record = &records_[record->first_child - 1];
    }
    const std::uint64_t bit = std::uint64_t{1} << (byte & 63U);
    if ((record->children & bit) == 0) return none;
    return record->first_child +
           static_cast<Node>(__builtin_popcountll(record->children & (bit - 1)));
  }

  // The longest token that `text`, which is not empty, begins with.
  [[gnu::always_inline]] Token longest(std::string_view text) const {
    const Start start = start_of(text);
    Token longest = start.longest;
    std::size_t at = start.bytes;
    for (Node node = start.node; node != none || at == 0;) {
      if (at == text.size()) break;
      node = child(node, static_cast<unsigned char>(text[at++]));
      if (node == none) break;
      const Token token = token_at(node);
      if (token != no_token) longest = token;
    }
    return longest;
  }

  // The token that is a node's text, or no_token.
  Token token_at(Node node) const { return (records_[node].facts & token_mask) - 1U; }

  // Calls `visit(byte, child)` for each child, in the order of their bytes.
  template <class Visit>
  void for_each_child(Node node, Visit visit) const {
    for (const Record* record = &records_[node]; record->children != 0;
         record = &records_[record->first_child - 1]) {
      Node child = record->first_child;
      for (std::uint64_t left = record->children; left != 0; left &= left - 1) {
        const auto low = static_cast<unsigned>(std::countr_zero(left));
        visit(static_cast<unsigned char>((record->facts >> group_shift & 3U) << 6U | low), child++);
      }
      if ((record->facts & has_more) == 0) return;
    }
  }

  // The longest shorter token that a token begins with; no_token for a single byte.
  Token shorter(Token token) const { return shorter_[token]; }

  // Counts the records beside the nodes as well: a bound for tables by node.
  std::size_t size() const { return records_.size(); }

 private:
  friend class TrieBuilder;

  // The children whose bytes share their upper two bits lie side by side, and a bit tells which of
  // the 64 there are. Text is letters or continuation bytes, so nearly every node has one such
  // group; the record of another lies just before the children of the one before it.
  struct Record {
    std::uint64_t children = 0;
    Node first_child = 0;
    std::uint32_t facts = 0;  // the token + 1, its group, whether another record follows
  };
  // Where the first two bytes of ASCII text, or the first code point of three bytes, lead.
  struct Step {
    Node node = none;
    Token longest = no_token;
  };
  struct Start {
    Node node = root;
    Token longest = no_token;
    std::size_t bytes = 0;
  };
  [[gnu::always_inline]] Start start_of(std::string_view text) const {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (text.size() >= 2 && byte(0) < 0x80) {
      const Step& step = steps_[byte(0) * 256U + byte(1)];
      return {.node = step.node, .longest = step.longest, .bytes = 2};
    }
    if (text.size() >= 3 && byte(0) >> 4U == 0xE && byte(1) >> 6U == 2 && byte(2) >> 6U == 2) {
      const Step& step = steps_[ascii_steps + code_point(byte(0), byte(1), byte(2))];
      return {.node = step.node, .longest = step.longest, .bytes = 3};
    }
    return {};
  }
  static constexpr std::size_t ascii_steps = 0x8000;
  static constexpr std::size_t code_point(unsigned first, unsigned second, unsigned third) {
    return (first & 15U) << 12U | (second & 63U) << 6U | (third & 63U);
  }
  void add_steps();
  Step after(Step step, unsigned char byte) const;

  static constexpr unsigned group_shift = 20;
  static constexpr std::uint32_t has_more = 1U << 22U;
  static constexpr std::uint32_t token_mask = (1U << group_shift) - 1;

  struct Built {
    std::vector<Record> records;
    std::vector<Token> shorter;
  };
  explicit Trie(Built built);

  WideArray<Record> records_;
  WideArray<Step> steps_;
  std::vector<Token> shorter_;
};

}  // namespace argot::tokens
