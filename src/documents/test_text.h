// What the tests of this folder collect text in, and how outcomes are printed.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>

#include "base/sink.h"
#include "documents/verdict.h"

namespace argot::documents {

// Keeps everything, and refuses what goes beyond `bytes_max`.
class TextSink final : public Sink {
 public:
  explicit TextSink(std::size_t bytes_max = static_cast<std::size_t>(-1)) : bytes_max_(bytes_max) {}

  Result<> write(Bytes chunk) override {
    largest_ = chunk.size() > largest_ ? chunk.size() : largest_;
    if (chunk.size() > bytes_max_ - text.size()) {
      return fail(ErrorCode::file_too_large, "that is enough");
    }
    text += as_text(chunk);
    return {};
  }
  Result<> finish() override { return {}; }

  // The size of the largest chunk so far.
  std::size_t largest() const { return largest_; }

  std::string text;

 private:
  std::size_t bytes_max_;
  std::size_t largest_ = 0;
};

// For GoogleTest.
inline std::ostream& operator<<(std::ostream& out, const Verdict& verdict) {
  return out << name(verdict.outcome) << " '" << verdict.detail << "'";
}
inline std::ostream& operator<<(std::ostream& out, Outcome outcome) { return out << name(outcome); }

}  // namespace argot::documents
