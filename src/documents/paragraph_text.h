// The text of a part that is made of paragraphs: of Word's documents, headers, footers and notes,
// and of PowerPoint's slides and notes.
#pragma once

#include <cstddef>
#include <string_view>

#include "documents/text_writer.h"
#include "documents/xml_parser.h"

namespace argot::documents {

// A paragraph ends with a line feed; tabs and breaks are what they say. What was deleted, and what
// is there a second time for older programs (mc:Fallback), is left out. Not thread-safe.
class ParagraphText final : public XmlEvents {
 public:
  // `out` must outlive the ParagraphText.
  explicit ParagraphText(TextWriter& out) : out_(out) {}

  void start(std::string_view name, const XmlAttributes& attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view piece) override;

 private:
  TextWriter& out_;
  std::size_t left_out_ = 0;  // open elements that are left out, the outermost included
  std::size_t runs_ = 0;      // open ones: outside of them a tab is a tab stop's definition
  std::size_t texts_ = 0;
};

}  // namespace argot::documents
