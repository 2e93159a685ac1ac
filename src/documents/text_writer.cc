#include "documents/text_writer.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace argot::documents {

TextWriter::TextWriter(Sink& out) : out_(out) { piece_.reserve(limits::document_piece_bytes); }

void TextWriter::write(std::string_view text) {
  if (text.empty() || error_) return;
  is_at_line_start_ = text.back() == '\n';
  while (!text.empty()) {
    const std::size_t room = limits::document_piece_bytes - piece_.size();
    const std::string_view taken = text.substr(0, std::min(room, text.size()));
    piece_ += taken;
    text.remove_prefix(taken.size());
    if (piece_.size() == limits::document_piece_bytes) flush();
  }
}

void TextWriter::flush() {
  if (!piece_.empty() && !error_) {
    if (auto written = out_.write(as_bytes(piece_)); !written) error_ = std::move(written).error();
  }
  piece_.clear();
}

}  // namespace argot::documents
