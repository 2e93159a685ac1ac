#include "tokens/suffix_links.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/support/token_texts.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {
namespace {

// The longest token that ends a text, by trying every beginning.
Token longest_end(const Trie& trie, std::string_view text, std::size_t bytes_max) {
  for (std::size_t bytes = std::min(text.size(), bytes_max); bytes > 0; --bytes) {
    Trie::Node node = Trie::root;
    for (const char byte : text.substr(text.size() - bytes)) {
      node = trie.child(node, static_cast<unsigned char>(byte));
      if (node == Trie::none) break;
    }
    if (node != Trie::none && trie.token_at(node) != no_token) return trie.token_at(node);
  }
  return no_token;
}

TEST(SuffixLinks, KnowEveryTokenThatATextEndsWith) {
  const auto vocabulary = Vocabulary::load(Encoding::o200k_base);
  const SuffixLinks& links = vocabulary->suffix_links();
  testing::TokenTexts random(3);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random.next();
    Trie::Node node = Trie::root;
    for (std::size_t at = 0; at < text.size(); ++at) {
      node = links.next(node, static_cast<unsigned char>(text[at]));
      const std::string_view before = std::string_view(text).substr(0, at + 1);
      std::size_t bytes_max = Vocabulary::token_bytes_max;
      for (Token token = links.longest(node); token != no_token; token = links.shorter(token)) {
        ASSERT_EQ(token, longest_end(vocabulary->trie(), before, bytes_max));
        bytes_max = vocabulary->length_of(token) - 1;
      }
      ASSERT_EQ(longest_end(vocabulary->trie(), before, bytes_max), no_token);
    }
  }
}

TEST(SuffixLinks, KnowWhatATokenGrowsTo) {
  const auto vocabulary = Vocabulary::load(Encoding::cl100k_base);
  const SuffixLinks& links = vocabulary->suffix_links();
  std::map<std::string, Token> by_text;
  for (Token token = 0; token < vocabulary->size(); ++token) {
    by_text.emplace(vocabulary->bytes_of(token), token);
  }
  testing::TokenTexts random(5);
  for (int round = 0; round < 5'000; ++round) {
    const auto token = static_cast<Token>(random.below(vocabulary->size()));
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(vocabulary->bytes_of(token));
      text += static_cast<char>(byte);
      const auto found = by_text.find(text);
      ASSERT_EQ(links.extended(token, static_cast<unsigned char>(byte)),
                found == by_text.end() ? no_token : found->second)
          << token << " " << byte;
    }
  }
}

}  // namespace
}  // namespace argot::tokens
