// Passes text on as well-formed UTF-8: what is not becomes U+FFFD, and so does NUL if asked for.
// Whoever counts the text of a document may rely on it, whatever wrote that text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/sink.h"

namespace argot::documents {

// Each maximal part of a character that is cut short becomes one U+FFFD, each other wrong byte one
// of its own (Unicode 15, 3.9, "U+FFFD Substitution of Maximal Subparts"). Not thread-safe.
class Utf8Repair final : public Sink {
 public:
  enum class Nul : std::uint8_t { keep, replace };

  // `out` must outlive the Utf8Repair. It is written to, and never finished.
  explicit Utf8Repair(Sink& out, Nul nul = Nul::keep) : out_(out), nul_(nul) {}

  Result<> write(Bytes chunk) override;

  // A character that was cut off by the end becomes U+FFFD.
  Result<> finish() override;

 private:
  // The length of the well-formed beginning of `text`.
  std::size_t good_prefix(std::string_view text) const;

  Sink& out_;
  const Nul nul_;
  std::array<char, 4> carried_{};  // the beginning of a character, cut by the end of a chunk
  std::size_t carried_size_ = 0;
};

}  // namespace argot::documents
