#include "json/utf8_checker.h"

#include <simdjson.h>

#include <algorithm>

namespace argot::json {
namespace {

// How long a character is that begins with this byte; 1 for bytes that begin none.
std::size_t character_bytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  if (byte >= 0xF0U) return 4;
  if (byte >= 0xE0U) return 3;
  if (byte >= 0xC0U) return 2;
  return 1;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// How many bytes at the end of `text` begin a character that ends beyond it.
std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const char byte = text[text.size() - back];
    if (is_continuation(byte)) continue;
    return character_bytes(byte) > back ? back : 0;
  }
  return 0;
}

bool is_valid(std::string_view text) {
  return text.empty() || simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace

void Utf8Checker::write(std::string_view chunk) {
  if (carried_ > 0) chunk = complete_carried(chunk);
  if (!is_valid_ || chunk.empty()) return;
  const std::size_t unfinished = unfinished_bytes(chunk);
  is_valid_ = is_valid(chunk.substr(0, chunk.size() - unfinished));
  chunk.substr(chunk.size() - unfinished).copy(carry_.data(), unfinished);
  carried_ = unfinished;
}

std::string_view Utf8Checker::complete_carried(std::string_view chunk) {
  const std::size_t missing = character_bytes(carry_.front()) - carried_;
  const std::size_t taken = chunk.copy(carry_.data() + carried_, missing);
  carried_ += taken;
  if (taken == missing) {
    is_valid_ = is_valid_ && is_valid({carry_.data(), carried_});
    carried_ = 0;
  }
  return chunk.substr(taken);
}

std::size_t utf8_prefix_bytes(std::string_view text) {
  if (is_valid(text)) return text.size();
  constexpr std::size_t block_bytes = 4'096;
  std::size_t good = 0;
  while (text.size() - good > block_bytes) {
    const std::string_view block = text.substr(good, block_bytes);
    const std::size_t whole = block.size() - unfinished_bytes(block);
    if (!is_valid(block.substr(0, whole))) break;
    good += whole;
  }
  for (;;) {
    const std::size_t bytes = character_bytes(text[good]);
    if (text.size() - good < bytes || !is_valid(text.substr(good, bytes))) return good;
    good += bytes;
  }
}

}  // namespace argot::json
