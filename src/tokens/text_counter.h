// Counts the tokens of text that lies in memory, piece by piece.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tokens/kernels.h"
#include "tokens/merger.h"
#include "tokens/piece.h"
#include "tokens/piece_cache.h"
#include "tokens/vocabulary.h"

namespace argot::tokens {

// How much it remembers of pieces: `large` where one text after the other is counted, `small` where
// many threads count beside other work, at two thirds of the speed.
enum class CacheSize : bool { small, large };

// What one thread needs to count fast, 10 MB or 4 MB: what it learns of pieces serves the next text
// as well. Not thread-safe.
class TextCounter {
 public:
  // `vocabulary` must outlive it.
  explicit TextCounter(const Vocabulary& vocabulary,
                       const Kernels& kernels = tokens::kernels().front(),
                       CacheSize cache_size = CacheSize::large);

  struct Counted {
    std::uint64_t tokens = 0;
    std::size_t bytes = 0;  // less than the text's where its end depends on what follows
  };

  // `text` begins where a piece begins. Bytes that are not UTF-8 count as U+FFFD.
  Counted count(std::string_view text, TextEnd end);

  std::uint64_t count_piece(std::string_view piece) { return merger_.count(piece); }

  const Vocabulary& vocabulary() const { return vocabulary_; }

 private:
  static constexpr std::size_t waiting_max = 128;

  void add(std::string_view piece, const char* text_end);
  void add_short(std::string_view piece, std::size_t readable, WaitingPiece& waiting);
  void add_long(std::string_view piece, const char* text_end);
  std::size_t add_window(std::string_view text, const char* text_end);
  void add_broken(std::string_view piece);
  void settle();

  const Vocabulary& vocabulary_;
  Kernels kernels_;
  Merger merger_;
  ShortPieces short_pieces_;
  PieceCache<4> long_pieces_;
  // Of the window at hand; a local one would be cleared for each.
  WindowMasks masks_;
  // Their places in the cache are on their way from memory.
  std::array<WaitingPiece, waiting_max> waiting_;
  std::size_t waiting_count_ = 0;
  std::uint64_t tokens_ = 0;
  std::string replaced_;
};

}  // namespace argot::tokens
