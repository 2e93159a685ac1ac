#include "policy/gif_frames.h"

#include <algorithm>

namespace argot::policy {
namespace {

constexpr std::string_view signature_start = "GIF8";  // then "7a" or "9a"
constexpr std::size_t signature_bytes = 6;
constexpr std::size_t screen_bytes = 7;
constexpr std::size_t screen_fields_place = 4;
constexpr std::size_t image_bytes = 9;  // behind the separator
constexpr std::size_t image_fields_place = 8;
constexpr unsigned char image_separator = 0x2C;
constexpr unsigned char extension_introducer = 0x21;

bool fits_signature(std::size_t place, unsigned char byte) {
  if (place < signature_start.size()) {
    return byte == static_cast<unsigned char>(signature_start[place]);
  }
  return place == signature_start.size() ? byte == '7' || byte == '9' : byte == 'a';
}

}  // namespace

void GifFrames::write(std::string_view chunk) {
  while (!chunk.empty() && state_ != State::no_gif && state_ != State::over) {
    const std::size_t skipped = std::min(skip_, chunk.size());
    skip_ -= skipped;
    chunk.remove_prefix(skipped);
    if (chunk.empty()) return;
    take(static_cast<unsigned char>(chunk.front()));
    chunk.remove_prefix(1);
  }
}

void GifFrames::take(unsigned char byte) {
  switch (state_) {
    case State::signature:
      if (!fits_signature(place_, byte)) {
        state_ = State::no_gif;
      } else if (++place_ == signature_bytes) {
        state_ = State::screen;
        place_ = 0;
      }
      return;
    case State::screen:
      if (place_ == screen_fields_place) fields_ = byte;
      if (++place_ < screen_bytes) return;
      state_ = State::block;
      return skip_colors(fields_);
    case State::block:
      return begin_block(byte);
    case State::extension_label:
      state_ = State::sub_block_size;
      return;
    case State::image_descriptor:
      if (place_ == image_fields_place) fields_ = byte;
      if (++place_ < image_bytes) return;
      state_ = State::code_size;
      return skip_colors(fields_);
    case State::code_size:
      state_ = State::sub_block_size;
      return;
    case State::sub_block_size:
      skip_ = byte;
      if (byte == 0) state_ = State::block;
      return;
    case State::no_gif:
    case State::over:
      return;
  }
}

void GifFrames::begin_block(unsigned char byte) {
  place_ = 0;
  if (byte == image_separator) {
    state_ = ++count_ > 1 ? State::over : State::image_descriptor;
  } else {
    // A trailer, or nothing that the format knows, ends it.
    state_ = byte == extension_introducer ? State::extension_label : State::over;
  }
}

void GifFrames::skip_colors(unsigned char fields) {
  const bool has_colors = (fields & 0x80U) != 0;
  if (has_colors) skip_ = std::size_t{3} << ((fields & 0x07U) + 1U);
}

}  // namespace argot::policy
