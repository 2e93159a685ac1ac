// The text of a page of HTML, as a reader would see it: libxml2's push parser without a tree.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/sink.h"
#include "documents/charset.h"
#include "documents/text_writer.h"
#include "documents/verdict.h"

namespace argot::documents {

// White space is one space and a block is a line of its own; scripts, styles and templates are left
// out. Takes UTF-8 without NUL. Not thread-safe.
class HtmlText final : public Sink {
 public:
  // `out` must outlive the HtmlText.
  explicit HtmlText(TextWriter& out);
  ~HtmlText() override;

  // Fails once the page is known to be bad, and verdict() says why; or with the error of `out`.
  Result<> write(Bytes chunk) override;
  Result<> finish() override;

  const Verdict& verdict() const;

 private:
  struct Core;

  std::size_t kept_bytes() const;
  Result<> parse(Bytes chunk, bool is_last);

  std::unique_ptr<Core> core_;
  std::string held_back_;  // what the parser is not given yet
};

// Reads the file behind `descriptor` from its offset on, and writes its text to `text`, without
// finishing it. Fails only with the error of `text`.
Result<Verdict> read_html(int descriptor, const Charsets& charsets, Sink& text);

}  // namespace argot::documents
