#include "tokens/merger.h"

#include <algorithm>
#include <utility>

#include "tokens/uniform_run.h"

namespace argot::tokens {
namespace {

// Below this, the ordinary way is as fast for a run of one byte.
constexpr std::size_t uniform_bytes_min = 64;

// Text takes about one step for each token, of several bytes. What takes more steps than it gets
// bytes farther is no text, but for some steps in a hard place.
constexpr std::size_t steps_ahead_max = 64;

// Text beyond ASCII has many tokens to a piece, and the same pairs of them over and over. The words
// of English are mostly remembered whole, and what is left is seldom asked again.
bool has_known_pairs(std::string_view piece) {
  return static_cast<unsigned char>(piece.back()) >= 0x80;
}

}  // namespace

// Built once for each set of instructions; the trie counts bits at every step.
struct MergerKernels {
  [[gnu::always_inline]] static Merger::Outcome backtrack(Merger& merger, std::string_view piece) {
    const Vocabulary& vocabulary = merger.vocabulary_;
    std::vector<Token>& found = merger.found_;
    std::vector<std::uint64_t>& untried = merger.untried_;
    found.clear();
    Token token = vocabulary.trie().longest(piece);
    if (vocabulary.length_of(token) == piece.size()) {
      found.push_back(token);
      return Merger::Outcome::encoded;
    }
    untried.assign(piece.size() / 64 + 1, ~std::uint64_t{0});
    const bool looks_up = has_known_pairs(piece);
    const auto stay_apart = [&](TokenPair pair) {
      return looks_up ? merger.pairs_.stay_apart(vocabulary, pair) : vocabulary.stay_apart(pair);
    };
    std::size_t at = 0;
    std::size_t farthest = 0;
    for (std::size_t steps = steps_ahead_max; steps > 0; --steps) {
      const std::size_t end = at + vocabulary.length_of(token);
      if ((untried[end / 64] >> (end % 64) & 1U) != 0 &&
          (found.empty() || stay_apart({found.back(), token}))) {
        found.push_back(token);
        at = end;
        if (at == piece.size()) return Merger::Outcome::encoded;
        if (at > farthest) {
          steps = std::min(steps + (at - farthest), steps_ahead_max);
          farthest = at;
        }
        token = vocabulary.trie().longest(piece.substr(at));
        continue;
      }
      const Token shorter = vocabulary.trie().shorter(token);
      if (shorter != no_token) {
        token = shorter;
        continue;
      }
      // Nothing follows here: no encoding has a token that ends at this place.
      untried[at / 64] &= ~(std::uint64_t{1} << (at % 64));
      token = found.back();
      found.pop_back();
      at -= vocabulary.length_of(token);
    }
    return Merger::Outcome::gave_up;
  }

  static Merger::Outcome plain(Merger& merger, std::string_view piece) {
    return backtrack(merger, piece);
  }
#ifdef __x86_64__
  [[gnu::target("popcnt")]] static Merger::Outcome counting(Merger& merger,
                                                            std::string_view piece) {
    return backtrack(merger, piece);
  }
#endif

  static auto chosen() {
#ifdef __x86_64__
    if (__builtin_cpu_supports("popcnt")) return &counting;
#endif
    return &plain;
  }
};

Merger::Merger(const Vocabulary& vocabulary)
    : vocabulary_(vocabulary), kernel_(MergerKernels::chosen()) {}

LongPiece& Merger::long_piece() {
  if (!long_piece_) long_piece_ = std::make_unique<LongPiece>(vocabulary_);
  long_piece_->reset();
  return *long_piece_;
}

std::uint64_t Merger::count(std::string_view piece) {
  if (piece.size() >= uniform_bytes_min && is_uniform(piece)) {
    std::uint64_t count = 0;
    const auto byte = static_cast<unsigned char>(piece.front());
    for (const TokenRun run : encode_uniform_run(vocabulary_, byte, piece.size())) {
      count += run.count;
    }
    return count;
  }
  if (kernel_(*this, piece) == Outcome::encoded) return found_.size();
  LongPiece& whole = long_piece();
  whole.add(piece);
  return whole.count();
}

void Merger::encode(std::string_view piece, std::vector<Token>& tokens) {
  if (kernel_(*this, piece) == Outcome::encoded) {
    tokens.insert(tokens.end(), found_.begin(), found_.end());
    return;
  }
  // The last token of every prefix; then from the end back to the front.
  LongPiece& whole = long_piece();
  std::vector<Token> last;
  last.reserve(piece.size() + 1);
  last.push_back(no_token);
  for (const char byte : piece) {
    whole.add(static_cast<unsigned char>(byte));
    last.push_back(whole.last());
  }
  const std::size_t before = tokens.size();
  for (std::size_t at = piece.size(); at > 0; at -= vocabulary_.length_of(last[at])) {
    tokens.push_back(last[at]);
  }
  std::reverse(tokens.begin() + static_cast<std::ptrdiff_t>(before), tokens.end());
}

}  // namespace argot::tokens
