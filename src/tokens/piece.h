// Where text is cut into pieces: the rule of each encoding, code point by code point.
#pragma once

#include <cstddef>
#include <string_view>

#include "tokens/encoding.h"

namespace argot::tokens {

enum class TextEnd : bool { more_follows, is_here };

struct Piece {
  std::size_t bytes = 0;   // 0: it depends on what follows the text
  bool is_broken = false;  // has bytes that are not UTF-8
};

// The first piece of `text`, which is not empty and begins where a piece begins. Time: linear in
// the piece and the blanks, or the capital letters, after it.
Piece first_piece(Encoding encoding, std::string_view text, TextEnd end);

// How many bytes at the beginning of `text` are an apostrophe and what English shortens after one
// (o200k_base: a word's end; cl100k_base: a piece): 0, 2 or 3. Three bytes tell.
std::size_t contraction_bytes(std::string_view text);

}  // namespace argot::tokens
