// Borrowed bytes, and the way between bytes and text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace argot {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline namespace literals {

constexpr std::uint64_t operator""_KiB(unsigned long long count) { return count << 10U; }
constexpr std::uint64_t operator""_MiB(unsigned long long count) { return count << 20U; }
constexpr std::uint64_t operator""_GiB(unsigned long long count) { return count << 30U; }

}  // namespace literals

}  // namespace argot
