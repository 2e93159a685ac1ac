#include "tokens/suffix_links.h"

namespace argot::tokens {

SuffixLinks::SuffixLinks(const Trie& trie, std::size_t tokens)
    : trie_(trie),
      suffix_(trie.size(), Trie::root),
      longest_(trie.size(), no_token),
      shorter_(tokens, no_token),
      node_(tokens, Trie::root) {
  // Breadth first, since a node's suffix is shallower than the node.
  std::vector<Trie::Node> nodes{Trie::root};
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const Trie::Node node = nodes[at];
    trie.for_each_child(node, [&](unsigned char byte, Trie::Node child) {
      if (node != Trie::root) suffix_[child] = next(suffix_[node], byte);
      const Token token = trie.token_at(child);
      const Token of_suffix = longest_[suffix_[child]];
      longest_[child] = token != no_token ? token : of_suffix;
      if (token != no_token) {
        shorter_[token] = of_suffix;
        node_[token] = child;
      }
      nodes.push_back(child);
    });
  }
}

}  // namespace argot::tokens
