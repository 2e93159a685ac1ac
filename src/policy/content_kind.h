// What kind of content a file's bytes are, whatever its name says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/sink.h"
#include "json/utf8_checker.h"
#include "policy/gif_frames.h"

namespace argot::policy {

enum class ContentKind : std::uint8_t {
  empty,
  text,  // UTF-8, or UTF-16 with a byte order mark; without NUL
  png,
  jpeg,
  webp,
  gif,           // of one frame
  animated_gif,  // of several
  pdf,
  zip,  // also what Office writes today
  other,
};

// With its article, for messages: "text", "a PNG image".
std::string_view described(ContentKind kind);

// Text in UTF-16 (RFC 2781): the mark that begins it says which byte of a unit comes first. Calls
// match: write* is_text. Not thread-safe.
class Utf16Checker {
 public:
  void write(std::string_view chunk);

  // Whether everything so far is a byte order mark and then whole characters other than NUL.
  bool is_text() const { return is_valid_ && units_ > 0 && !has_odd_byte_ && !wants_low_; }

 private:
  void take(unsigned char first, unsigned char second);

  std::uint64_t units_ = 0;
  bool is_valid_ = true;
  bool is_big_endian_ = false;
  bool wants_low_ = false;  // the low surrogate of a pair
  bool has_odd_byte_ = false;
  unsigned char odd_byte_ = 0;
};

// Looks at the first bytes for a signature, and at all bytes for whether they are text. Never
// fails. Not thread-safe.
class ContentKindSink final : public Sink {
 public:
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  // Only after finish().
  ContentKind kind() const;

 private:
  std::string head_;  // as much of the beginning as signatures need
  bool has_nul_ = false;
  bool is_finished_ = false;
  json::Utf8Checker utf8_;
  Utf16Checker utf16_;
  GifFrames gif_;
};

}  // namespace argot::policy
