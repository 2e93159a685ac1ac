#include "tokens/uniform_run.h"

#include <cstring>

namespace argot::tokens {
namespace {

struct Merge {
  Token merged = no_token;
  std::size_t at = 0;  // of the run that holds the left part
  bool is_within_run = false;
};

// The lowest rank, and the leftmost of these.
Merge next_merge(const Vocabulary& vocabulary, const std::vector<TokenRun>& runs) {
  Merge best;
  for (std::size_t at = 0; at < runs.size(); ++at) {
    if (runs[at].count > 1) {
      const Token merged = vocabulary.merged({runs[at].token, runs[at].token});
      if (merged < best.merged) best = {.merged = merged, .at = at, .is_within_run = true};
    }
    if (at + 1 < runs.size()) {
      const Token merged = vocabulary.merged({runs[at].token, runs[at + 1].token});
      if (merged < best.merged) best = {.merged = merged, .at = at, .is_within_run = false};
    }
  }
  return best;
}

void append(std::vector<TokenRun>& runs, TokenRun run) {
  if (run.count == 0) return;
  if (!runs.empty() && runs.back().token == run.token) {
    runs.back().count += run.count;
  } else {
    runs.push_back(run);
  }
}

}  // namespace

bool is_uniform(std::string_view piece) {
  return std::memcmp(piece.data(), piece.data() + 1, piece.size() - 1) == 0;
}

std::vector<TokenRun> encode_uniform_run(const Vocabulary& vocabulary, unsigned char byte,
                                         std::uint64_t count) {
  const Token single = vocabulary.trie().token_at(vocabulary.trie().child(Trie::root, byte));
  std::vector<TokenRun> runs{{.token = single, .count = count}};
  for (;;) {
    const Merge merge = next_merge(vocabulary, runs);
    if (merge.merged == no_token) return runs;
    std::vector<TokenRun> next;
    for (std::size_t at = 0; at < runs.size(); ++at) {
      const auto [token, of_it] = runs[at];
      if (at != merge.at) {
        append(next, runs[at]);
      } else if (merge.is_within_run) {
        // A merge ranks above its parts, so all of this rank are done before any that it allows.
        append(next, {.token = merge.merged, .count = of_it / 2});
        append(next, {.token = token, .count = of_it % 2});
      } else {
        append(next, {.token = token, .count = of_it - 1});
        append(next, {.token = merge.merged, .count = 1});
        append(next, {.token = runs[at + 1].token, .count = runs[at + 1].count - 1});
        ++at;
      }
    }
    runs = std::move(next);
  }
}

}  // namespace argot::tokens
