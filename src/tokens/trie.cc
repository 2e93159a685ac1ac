#include "tokens/trie.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/assert.h"

namespace argot::tokens {
namespace {

// The first eight bytes as a number that compares as they do.
std::uint64_t leading_bytes(std::string_view text) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), std::min(text.size(), sizeof bytes));
  return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
}

struct Entry {
  std::uint64_t leading = 0;
  Token token = 0;
  std::uint32_t bytes = 0;
};

std::vector<Entry> sorted_entries(std::span<const std::string_view> texts) {
  std::vector<Entry> entries;
  entries.reserve(texts.size());
  for (const std::string_view text : texts) {
    entries.push_back({.leading = leading_bytes(text),
                       .token = static_cast<Token>(entries.size()),
                       .bytes = static_cast<std::uint32_t>(text.size())});
  }
  std::ranges::sort(entries, [&](const Entry& a, const Entry& b) {
    return a.leading != b.leading ? a.leading < b.leading : texts[a.token] < texts[b.token];
  });
  return entries;
}

}  // namespace

// Breadth first: each node is a range of sorted tokens that share `depth` bytes.
class TrieBuilder {
 public:
  explicit TrieBuilder(std::span<const std::string_view> texts)
      : texts_(texts), entries_(sorted_entries(texts)) {
    built_.shorter.assign(texts.size(), no_token);
    // About as many as there are prefixes: two for each token.
    built_.records.reserve(5 * texts.size() / 2);
  }

  Trie::Built build() {
    built_.records.emplace_back();
    std::vector<Range> level{
        {.node = Trie::root, .first = 0, .last = static_cast<std::uint32_t>(entries_.size())}};
    for (; !level.empty(); ++depth_) {
      for (const Range& range : level) expand(range);
      level.swap(next_level_);
      next_level_.clear();
    }
    return std::move(built_);
  }

 private:
  using Record = Trie::Record;

  struct Range {
    Trie::Node node = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    Token shorter = no_token;  // the longest token above the node
  };

  // The leading bytes lie side by side; few tokens have more.
  unsigned byte_at(std::uint32_t entry) const {
    if (depth_ < 8)
      return static_cast<unsigned>(entries_[entry].leading >> (56 - 8 * depth_)) & 255U;
    return static_cast<unsigned char>(texts_[entries_[entry].token][depth_]);
  }

  std::uint32_t end_of_group(const Range& range) const {
    const unsigned group = byte_at(range.first) >> 6U;
    std::uint32_t end = range.first + 1;
    while (end < range.last && byte_at(end) >> 6U == group) ++end;
    return end;
  }

  void expand(Range range) {
    if (range.first < range.last && entries_[range.first].bytes == depth_) {
      const Token token = entries_[range.first].token;
      built_.records[range.node].facts = token + 1;
      built_.shorter[token] = std::exchange(range.shorter, token);
      ++range.first;
    }
    std::size_t record = range.node;
    while (range.first < range.last) {
      const std::uint32_t group_end = end_of_group(range);
      const bool is_last = group_end == range.last;
      const std::size_t next_record = built_.records.size();
      if (!is_last) built_.records.emplace_back();
      built_.records[record].first_child = static_cast<Trie::Node>(built_.records.size());
      built_.records[record].facts |= byte_at(range.first) >> 6U << Trie::group_shift;
      if (!is_last) built_.records[record].facts |= Trie::has_more;
      add_children(range, group_end, record);
      range.first = group_end;
      record = next_record;
    }
  }

  void add_children(const Range& range, std::uint32_t group_end, std::size_t record) {
    for (std::uint32_t first = range.first; first < group_end;) {
      const unsigned byte = byte_at(first);
      std::uint32_t last = first + 1;
      while (last < group_end && byte_at(last) == byte) ++last;
      built_.records[record].children |= std::uint64_t{1} << (byte & 63U);
      next_level_.push_back({.node = static_cast<Trie::Node>(built_.records.size()),
                             .first = first,
                             .last = last,
                             .shorter = range.shorter});
      built_.records.emplace_back();
      first = last;
    }
  }

  std::span<const std::string_view> texts_;
  std::vector<Entry> entries_;
  Trie::Built built_;
  std::size_t depth_ = 0;
  std::vector<Range> next_level_;
};

Trie::Trie(std::span<const std::string_view> texts) : Trie(TrieBuilder(texts).build()) {}

Trie::Trie(Built built)
    : records_(built.records.size()),
      steps_(ascii_steps + 0x10000),
      shorter_(std::move(built.shorter)) {
  ASSERT(shorter_.size() < token_mask);
  std::copy_n(built.records.data(), built.records.size(), records_.data());
  add_steps();
}

void Trie::add_steps() {
  for (unsigned first = 0; first < 0x80; ++first) {
    const Step step = after({.node = root}, static_cast<unsigned char>(first));
    for (unsigned second = 0; second < 256; ++second) {
      steps_[first * 256 + second] = after(step, static_cast<unsigned char>(second));
    }
  }
  for (unsigned first = 0xE0; first < 0xF0; ++first) {
    const Step one = after({.node = root}, static_cast<unsigned char>(first));
    for (unsigned second = 0x80; second < 0xC0; ++second) {
      const Step two = after(one, static_cast<unsigned char>(second));
      for (unsigned third = 0x80; third < 0xC0; ++third) {
        steps_[ascii_steps + code_point(first, second, third)] =
            after(two, static_cast<unsigned char>(third));
      }
    }
  }
}

// No token holds the whole way where it leads to no node.
Trie::Step Trie::after(Step step, unsigned char byte) const {
  if (step.node == none && step.longest != no_token) return step;
  const Node node = child(step.node, byte);
  const Token token = node == none ? no_token : token_at(node);
  return {.node = node, .longest = token != no_token ? token : step.longest};
}

}  // namespace argot::tokens
