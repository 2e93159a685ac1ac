// Counts the frames of a GIF image while it goes by: one is a picture, several are an animation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace argot::policy {

// Follows the blocks of GIF89a (sections 17 to 27 of its specification) without unpacking a pixel.
// What breaks off or goes wrong ends the counting. Calls match: write* ( is_gif | count ). Not
// thread-safe.
class GifFrames {
 public:
  void write(std::string_view chunk);

  // Whether the signature of a GIF came.
  bool is_gif() const { return state_ != State::signature && state_ != State::no_gif; }

  // Of the frames that have begun, at most 2.
  int count() const { return count_; }

 private:
  enum class State : std::uint8_t {
    signature,  // of six bytes
    no_gif,
    screen,            // the logical screen descriptor
    block,             // what comes next
    extension_label,   // one byte
    image_descriptor,  // the rest of it
    code_size,         // of the packed pixels
    sub_block_size,    // 0 ends them
    over,
  };

  void take(unsigned char byte);
  void begin_block(unsigned char byte);
  // Where the packed fields of a descriptor announce a table of colours, it is skipped.
  void skip_colors(unsigned char fields);

  State state_ = State::signature;
  std::size_t place_ = 0;  // within what `state_` reads
  std::size_t skip_ = 0;   // bytes to pass over first
  unsigned char fields_ = 0;
  int count_ = 0;
};

}  // namespace argot::policy
