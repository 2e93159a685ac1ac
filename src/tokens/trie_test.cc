#include "tokens/trie.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/token_texts.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {
namespace {

// By looking at every token.
Token longest_of(const std::vector<std::string_view>& texts, std::string_view text) {
  Token longest = no_token;
  for (Token token = 0; token < texts.size(); ++token) {
    const bool is_longer = longest == no_token || texts[token].size() > texts[longest].size();
    if (text.starts_with(texts[token]) && is_longer) longest = token;
  }
  return longest;
}

TEST(Trie, FindsTheLongestToken) {
  // A first byte with children in all four groups of 64, and prefixes that are no tokens.
  std::vector<std::string> owned;
  for (int byte = 0; byte < 256; ++byte) owned.emplace_back(1, static_cast<char>(byte));
  for (const char* more : {"a\x01", "a0z", "aZ", "ab", "abcdefghij", "abcdefghijkl", "a\x80",
                           "a\xBF\x01", "a\xC0", "a\xFF\xFF", "\xE4\xB8\xAD",
                           "\xE4\xB8\xAD\xE6\x96\x87", "\xE4\xB8", "  ", "    ", "\xE0\x80\x80z"}) {
    owned.emplace_back(more);
  }
  const std::vector<std::string_view> texts(owned.begin(), owned.end());
  const Trie trie(texts);
  testing::TokenTexts random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string text =
        random.bytes(1 + random.below(4), "ab0Zz \x01\x80\xBF\xC0\xFF\xE4\xB8\xAD\xE6\x96\x87\xE0");
    if (round % 3 == 0) text = owned[random.below(owned.size())] + text;
    ASSERT_EQ(trie.longest(text), longest_of(texts, text)) << ::testing::PrintToString(text);
  }
}

TEST(Trie, ChildrenAreThoseThatCanBeFound) {
  const auto vocabulary = Vocabulary::load(Encoding::cl100k_base);
  const Trie& trie = vocabulary->trie();
  std::vector<Trie::Node> nodes{Trie::root};
  for (std::size_t at = 0; at < 2000; ++at) {
    int visited = 0;
    int last = -1;
    trie.for_each_child(nodes[at], [&](unsigned char byte, Trie::Node child) {
      EXPECT_GT(byte, last);
      EXPECT_EQ(trie.child(nodes[at], byte), child);
      last = byte;
      ++visited;
      nodes.push_back(child);
    });
    int found = 0;
    for (int byte = 0; byte < 256; ++byte) {
      found += trie.child(nodes[at], static_cast<unsigned char>(byte)) != Trie::none ? 1 : 0;
    }
    ASSERT_EQ(found, visited);
  }
}

TEST(Trie, HasEveryTokenAndTheNextShorterOne) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  const Trie& trie = vocabulary->trie();
  for (Token token = 0; token < vocabulary->size(); ++token) {
    const std::string_view text = vocabulary->bytes_of(token);
    ASSERT_EQ(trie.longest(text), token);
    const Token shorter =
        text.size() == 1 ? no_token : trie.longest(text.substr(0, text.size() - 1));
    ASSERT_EQ(trie.shorter(token), shorter);
  }
}

}  // namespace
}  // namespace argot::tokens
