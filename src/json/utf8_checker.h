// Whether a stream of bytes is UTF-8 (RFC 3629), however it is cut into chunks, at the speed at
// which memory is read.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace argot::json {

// Calls match: write* is_utf8. A character that a cut divides is kept, at most three bytes of it.
// Not thread-safe.
class Utf8Checker {
 public:
  void write(std::string_view chunk);

  // Whether everything so far is UTF-8 and ends with a whole character. More may be written after.
  bool is_utf8() const { return is_valid_ && carried_ == 0; }

 private:
  // Adds bytes of `chunk` to the carried ones until the character is whole; returns the rest.
  std::string_view complete_carried(std::string_view chunk);

  std::array<char, 4> carry_{};
  std::size_t carried_ = 0;
  bool is_valid_ = true;
};

// How many bytes at the start of `text` are well-formed UTF-8.
std::size_t utf8_prefix_bytes(std::string_view text);

}  // namespace argot::json
