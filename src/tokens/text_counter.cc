#include "tokens/text_counter.h"

#include <bit>
#include <span>
#include <utility>

#include "tokens/code_points.h"

namespace argot::tokens {
namespace {

// 64 bytes each.
constexpr std::size_t short_sets_of(CacheSize size) {
  return std::size_t{1} << (size == CacheSize::large ? 17U : 15U);
}
constexpr std::size_t long_sets = std::size_t{1} << 15U;

// How many bytes may be read from where the piece begins.
std::size_t readable(std::string_view piece, const char* text_end) {
  return static_cast<std::size_t>(text_end - piece.data());
}

}  // namespace

TextCounter::TextCounter(const Vocabulary& vocabulary, const Kernels& kernels, CacheSize cache_size)
    : vocabulary_(vocabulary),
      kernels_(kernels),
      merger_(vocabulary),
      short_pieces_(short_sets_of(cache_size)),
      long_pieces_(long_sets) {}

TextCounter::Counted TextCounter::count(std::string_view text, TextEnd end) {
  const char* const text_end = text.data() + text.size();
  std::string_view rest = text;
  while (!rest.empty()) {
    if (const std::size_t bytes = add_window(rest, text_end); bytes != 0) {
      rest.remove_prefix(bytes);
      continue;
    }
    const Piece piece = first_piece(vocabulary_.encoding(), rest, end);
    if (piece.bytes == 0) break;
    if (waiting_count_ == waiting_max) settle();
    if (piece.is_broken) {
      add_broken(rest.substr(0, piece.bytes));
    } else {
      add(rest.substr(0, piece.bytes), text_end);
    }
    rest.remove_prefix(piece.bytes);
  }
  settle();
  return {.tokens = std::exchange(tokens_, 0), .bytes = text.size() - rest.size()};
}

// The pieces that a window shows, and how long they are together; 0 where it shows none.
std::size_t TextCounter::add_window(std::string_view text, const char* text_end) {
  if (text.size() < window_bytes + sizeof(ShortPieces::Entry) ||
      static_cast<unsigned char>(text.front()) >= 0x80)
    return 0;
  kernels_.classify(text.data(), masks_);
  if (waiting_count_ > waiting_max - window_bytes) settle();
  WaitingPiece* waiting = waiting_.data() + waiting_count_;
  unsigned from = 0;
  std::uint64_t starts = piece_starts(vocabulary_.encoding(), masks_) & ~std::uint64_t{1};
  for (; starts != 0; starts &= starts - 1) {
    const auto next = static_cast<unsigned>(std::countr_zero(starts));
    const std::string_view piece(text.data() + from, next - from);
    from = next;
    if (piece.size() > ShortPieces::piece_bytes_max) {
      add_long(piece, text_end);
    } else {
      add_short(piece, sizeof(ShortPieces::Entry), *waiting++);
    }
  }
  waiting_count_ = static_cast<std::size_t>(waiting - waiting_.data());
  return from;
}

// There must be a place left in waiting_.
void TextCounter::add(std::string_view piece, const char* text_end) {
  if (piece.size() > ShortPieces::piece_bytes_max) return add_long(piece, text_end);
  add_short(piece, readable(piece, text_end), waiting_[waiting_count_++]);
}

[[gnu::always_inline]] inline void TextCounter::add_short(std::string_view piece,
                                                          std::size_t readable,
                                                          WaitingPiece& waiting) {
  short_pieces_.make_key(piece, readable, waiting.key);
  waiting.piece = piece;
  short_pieces_.prefetch(waiting.key);
}

void TextCounter::add_long(std::string_view piece, const char* text_end) {
  if (piece.size() > PieceCache<4>::piece_bytes_max) {
    tokens_ += merger_.count(piece);
    return;
  }
  PieceCache<4>::Key key;
  long_pieces_.make_key(piece, readable(piece, text_end), key);
  std::uint64_t count = long_pieces_.find(key);
  if (count == 0) {
    count = merger_.count(piece);
    long_pieces_.insert(key, count);
  }
  tokens_ += count;
}

void TextCounter::add_broken(std::string_view piece) {
  replaced_.clear();
  append_as_utf8(replaced_, piece);
  tokens_ += merger_.count(replaced_);
}

void TextCounter::settle() {
  const auto waiting = std::span(waiting_).first(std::exchange(waiting_count_, 0));
  std::array<std::uint32_t, waiting_max + 1> unknown;
  std::size_t unknown_count = 0;
  tokens_ += kernels_.look_up(short_pieces_.sets(), waiting, unknown, unknown_count);
  for (const std::uint32_t at : std::span(unknown).first(unknown_count)) {
    // It may have come twice.
    const auto& [key, piece] = waiting[at];
    std::uint64_t count = short_pieces_.find(key);
    if (count == 0) {
      count = merger_.count(piece);
      short_pieces_.insert(key, count);
    }
    tokens_ += count;
  }
}

}  // namespace argot::tokens
