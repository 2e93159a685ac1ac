// Text files in UTF-16 as UTF-8; those in UTF-8 as they are.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "base/sink.h"

namespace argot::tokens {

// A byte order mark tells UTF-16 (FF FE or FE FF); without one, text is UTF-8. A surrogate without
// its other half, and half a code unit at the end, become U+FFFD; so does what is not UTF-8, but
// that is left to the sink.
class TextDecoder final : public Sink {
 public:
  // Writes to `utf8`, which must outlive it, and finishes it.
  explicit TextDecoder(Sink& utf8) : utf8_(utf8) {}

  Result<> write(Bytes chunk) override;
  Result<> finish() override;

 private:
  enum class Form { unknown, utf8, utf16_little, utf16_big };

  Result<> begin(Bytes& chunk);
  Result<> decode(Bytes chunk);
  void take_unit(std::uint16_t unit);
  Result<> pass_on();

  Sink& utf8_;
  Form form_ = Form::unknown;
  std::optional<std::byte> half_;           // the first byte of the file, or of a code unit
  std::optional<std::uint16_t> surrogate_;  // the first half of a pair
  std::string decoded_;
};

}  // namespace argot::tokens
