#include "tokens/encoder.h"

#include "tokens/code_points.h"
#include "tokens/piece.h"

namespace argot::tokens {

void Encoder::encode(std::string_view text, std::vector<Token>& tokens) {
  while (!text.empty()) {
    const Piece piece = first_piece(vocabulary_.encoding(), text, TextEnd::is_here);
    const std::string_view bytes = text.substr(0, piece.bytes);
    if (piece.is_broken) {
      replaced_.clear();
      append_as_utf8(replaced_, bytes);
      merger_.encode(replaced_, tokens);
    } else {
      merger_.encode(bytes, tokens);
    }
    text.remove_prefix(piece.bytes);
  }
}

}  // namespace argot::tokens
