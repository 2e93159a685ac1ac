// The text of a document on its way out: gathered into pieces of at most 64 KiB for a Sink.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/sink.h"

namespace argot::documents {

// After the Sink's first error everything is dropped, and error() says what it was. Calls match:
// write* flush. Not thread-safe.
class TextWriter {
 public:
  // `out` must outlive the TextWriter. It is written to, and never finished.
  explicit TextWriter(Sink& out);

  void write(std::string_view text);
  void flush();

  const std::optional<Error>& error() const { return error_; }

  // Whether nothing was written yet, or a line feed last.
  bool is_at_line_start() const { return is_at_line_start_; }

 private:
  Sink& out_;
  std::string piece_;
  std::optional<Error> error_;
  bool is_at_line_start_ = true;
};

}  // namespace argot::documents
