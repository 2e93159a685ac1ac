#include "tokens/vocabulary.h"

#include <algorithm>

#include "base/assert.h"
#include "tokens/packed_tables.h"

namespace argot::tokens {
namespace {

std::vector<TokenPair> unpack_parts(std::span<const std::uint8_t> packed) {
  const std::size_t pairs = (packed.size() - Vocabulary::single_bytes) / 6;
  ASSERT(packed.size() == Vocabulary::single_bytes + 6 * pairs);
  const auto plane = [&](std::size_t number) {
    return packed.subspan(Vocabulary::single_bytes + number * pairs, pairs);
  };
  const std::array planes{plane(0), plane(1), plane(2), plane(3), plane(4), plane(5)};
  const auto part = [&](std::size_t side, std::size_t pair) {
    return static_cast<Token>(planes[3 * side][pair] | planes[3 * side + 1][pair] << 8 |
                              planes[3 * side + 2][pair] << 16);
  };
  std::vector<TokenPair> parts;
  parts.reserve(Vocabulary::single_bytes + pairs);
  for (Token byte = 0; byte < Vocabulary::single_bytes; ++byte) parts.push_back({byte, byte});
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    parts.push_back({.left = part(0, pair), .right = part(1, pair)});
    ASSERT(parts.back().left < parts.size() - 1 && parts.back().right < parts.size() - 1);
  }
  return parts;
}

std::vector<std::uint32_t> unpack_offsets(std::span<const TokenPair> parts) {
  std::vector<std::uint32_t> offsets;
  offsets.reserve(parts.size() + 1);
  offsets.push_back(0);
  for (Token token = 0; token < parts.size(); ++token) {
    std::uint32_t length = 1;
    if (token >= Vocabulary::single_bytes) {
      const auto [left, right] = parts[token];
      length = offsets[left + 1] - offsets[left] + offsets[right + 1] - offsets[right];
    }
    ASSERT(length <= Vocabulary::token_bytes_max);
    offsets.push_back(offsets.back() + length);
  }
  return offsets;
}

std::string unpack_bytes(std::span<const std::uint8_t> packed, std::span<const TokenPair> parts,
                         std::span<const std::uint32_t> offsets) {
  std::string bytes;
  bytes.reserve(offsets.back());
  for (const std::uint8_t byte : packed.first(Vocabulary::single_bytes)) {
    bytes.push_back(static_cast<char>(byte));
  }
  for (const auto [left, right] : parts.subspan(Vocabulary::single_bytes)) {
    // Reserved above, so appending a part of itself moves nothing.
    bytes.append(bytes.data() + offsets[left], offsets[left + 1] - offsets[left]);
    bytes.append(bytes.data() + offsets[right], offsets[right + 1] - offsets[right]);
  }
  return bytes;
}

PairTable fill_pairs(std::span<const TokenPair> parts) {
  PairTable pairs(parts.size());
  for (Token token = Vocabulary::single_bytes; token < parts.size(); ++token) {
    pairs.insert(parts[token], token);
  }
  return pairs;
}

}  // namespace

std::unique_ptr<const Vocabulary> Vocabulary::load(Encoding encoding) {
  return std::unique_ptr<const Vocabulary>(new Vocabulary(encoding));
}

Vocabulary::Vocabulary(Encoding encoding)
    : encoding_(encoding),
      parts_(unpack_parts(packed_pairs(encoding))),
      offsets_(unpack_offsets(parts_)),
      bytes_(unpack_bytes(packed_pairs(encoding), parts_, offsets_)),
      pairs_(fill_pairs(parts_)),
      trie_(texts()) {}

std::vector<std::string_view> Vocabulary::texts() const {
  std::vector<std::string_view> texts;
  texts.reserve(size());
  for (Token token = 0; token < size(); ++token) texts.push_back(bytes_of(token));
  return texts;
}

// Undoes the merges beside the seam, the latest first. Where the two tokens at the seam merge into
// one that ranks before the merge just undone, they would have merged before it. Which side comes
// next cannot be predicted, so it is chosen without a branch.
bool Vocabulary::stay_apart(TokenPair pair) const {
  auto [left, right] = pair;
  Token undone = no_token;
  for (;;) {
    if (pairs_.find({left, right}) < undone) return false;
    if (left < single_bytes && right < single_bytes) return true;
    // A single byte ranks below every merge, so the other side is the later one then.
    const bool is_left = left > right;
    const Token left_rest = parts_[left].right;
    const Token right_rest = parts_[right].left;
    // Of two merges of one rank the left one comes first: that rank itself is too early.
    undone = is_left ? left : right + 1;
    left = is_left ? left_rest : left;
    right = is_left ? right : right_rest;
  }
}

const SuffixLinks& Vocabulary::suffix_links() const { return suffix_links_.get(trie_, size()); }

}  // namespace argot::tokens
