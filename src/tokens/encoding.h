// The encodings that text is counted in.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace argot::tokens {

// Each is a vocabulary and a rule that cuts text into pieces; no token spans two pieces.
enum class Encoding : std::uint8_t {
  o200k_base,   // gpt-4o and every later model
  cl100k_base,  // gpt-4, gpt-3.5-turbo, text-embedding-3
};

constexpr std::string_view text_of(Encoding encoding) {
  switch (encoding) {
    case Encoding::o200k_base:
      return "o200k_base";
    case Encoding::cl100k_base:
      return "cl100k_base";
  }
  return {};
}

constexpr std::optional<Encoding> parse_encoding(std::string_view text) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    if (text == text_of(encoding)) return encoding;
  }
  return std::nullopt;
}

}  // namespace argot::tokens
