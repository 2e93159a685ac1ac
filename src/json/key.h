// Keys that are told apart without a call: the first bytes of each are kept as a number.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace argot::json {

// Refers to its text.
class Key {
 public:
  // How many bytes behind the text of padded() must be readable.
  static constexpr std::size_t padding_bytes = sizeof(std::uint64_t);

  constexpr Key() = default;
  // Implicit, so that tables are written as texts.
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Key(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < std::min(text.size(), sizeof head_); ++i) {
      head_ |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
    }
  }
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr Key(const char* text) : Key(std::string_view(text)) {}

  // The same for less, where what lies behind the text is readable.
  static Key padded(std::string_view text) {
    Key key;
    key.text_ = text;
    std::memcpy(&key.head_, text.data(), sizeof key.head_);
    if constexpr (std::endian::native == std::endian::big) key.head_ = std::byteswap(key.head_);
    if (text.size() < sizeof key.head_) key.head_ &= (std::uint64_t{1} << (8 * text.size())) - 1;
    return key;
  }

  constexpr std::string_view text() const { return text_; }

  friend constexpr bool operator==(const Key& a, const Key& b) {
    if (a.head_ != b.head_ || a.text_.size() != b.text_.size()) return false;
    return a.text_.size() <= sizeof head_ ||
           a.text_.substr(sizeof head_) == b.text_.substr(sizeof head_);
  }

 private:
  std::string_view text_;
  std::uint64_t head_ = 0;
};

}  // namespace argot::json
