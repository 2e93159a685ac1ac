#include "tokens/official_file.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace argot::tokens {
namespace {

void append_base64(std::string& text, std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    }
    std::array<char, 4> four{};
    for (unsigned i = 0; i < 4; ++i) four[i] = digits[bits >> (18 - 6 * i) & 63U];
    std::fill(four.begin() + 1 + static_cast<std::ptrdiff_t>(group.size()), four.end(), '=');
    text.append(four.data(), four.size());
  }
}

}  // namespace

std::string official_file(const Vocabulary& vocabulary) {
  std::string text;
  for (Token token = 0; token < vocabulary.size(); ++token) {
    append_base64(text, vocabulary.bytes_of(token));
    text.append(" ").append(std::to_string(token)).append("\n");
  }
  return text;
}

}  // namespace argot::tokens
