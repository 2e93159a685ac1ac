// Counts and encodes any bytes: in both encodings, cut where the fuzzer says, with the fastest
// kernels and with the portable ones; against merging by definition, piece by piece.
//
// Input: a byte with the number of cuts, one byte for the length of each piece, then the text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "tests/support/reference_bpe.h"
#include "tokens/code_points.h"
#include "tokens/counter.h"
#include "tokens/encoder.h"

namespace argot::tokens {
namespace {

// Merging by definition is quadratic.
constexpr std::size_t reference_bytes_max = 500;

struct Engine {
  explicit Engine(Encoding encoding)
      : vocabulary(Vocabulary::load(encoding)),
        pool(*vocabulary),
        encoder(*vocabulary),
        portable(std::make_unique<TextCounter>(*vocabulary, portable_kernels())) {}

  std::unique_ptr<const Vocabulary> vocabulary;
  CounterPool pool;
  Encoder encoder;
  std::unique_ptr<TextCounter> portable;
};

void check_encoding(Engine& engine, std::string_view text, const std::vector<Token>& tokens) {
  std::string valid;
  append_as_utf8(valid, text);
  std::vector<Token> expected;
  for (std::string_view rest = valid; !rest.empty();) {
    const Piece piece = first_piece(engine.vocabulary->encoding(), rest, TextEnd::is_here);
    ASSERT(piece.bytes > 0 && piece.bytes <= rest.size() && !piece.is_broken);
    if (piece.bytes > reference_bytes_max) return;
    std::ranges::copy(testing::reference_encoding(*engine.vocabulary, rest.substr(0, piece.bytes)),
                      std::back_inserter(expected));
    rest.remove_prefix(piece.bytes);
  }
  ASSERT(tokens == expected);
}

void check(Engine& engine, std::string_view text, Bytes piece_lengths) {
  std::vector<Token> tokens;
  engine.encoder.encode(text, tokens);
  check_encoding(engine, text, tokens);
  ASSERT(engine.portable->count(text, TextEnd::is_here).tokens == tokens.size());
  ASSERT(engine.pool.take()->count(text, TextEnd::is_here).tokens == tokens.size());
  Counter counter(engine.pool);
  Bytes rest = as_bytes(text);
  for (const std::byte length : piece_lengths) {
    const std::size_t taken = std::min(rest.size(), std::to_integer<std::size_t>(length));
    ASSERT(counter.write(rest.first(taken)));
    rest = rest.subspan(taken);
  }
  ASSERT(counter.write(rest));
  ASSERT(counter.finish());
  ASSERT(counter.tokens() == tokens.size());
}

}  // namespace
}  // namespace argot::tokens

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static argot::tokens::Engine o200k(argot::tokens::Encoding::o200k_base);
  static argot::tokens::Engine cl100k(argot::tokens::Encoding::cl100k_base);
  const argot::Bytes input = std::as_bytes(std::span(data, size));
  if (input.empty()) return 0;
  const std::size_t cuts = std::min(std::to_integer<std::size_t>(input[0]), input.size() - 1);
  const std::string_view text = argot::as_text(input.subspan(1 + cuts));
  argot::tokens::check(o200k, text, input.subspan(1, cuts));
  argot::tokens::check(cl100k, text, input.subspan(1, cuts));
  return 0;
}
