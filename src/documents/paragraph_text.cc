#include "documents/paragraph_text.h"

namespace argot::documents {

void ParagraphText::start(std::string_view name, const XmlAttributes&) {
  if (left_out_ > 0 || name == "Fallback") {
    ++left_out_;
  } else if (name == "t") {
    ++texts_;
  } else if (name == "r") {
    ++runs_;
  } else if (name == "br" || (name == "cr" && runs_ > 0)) {
    out_.write("\n");
  } else if ((name == "tab" || name == "ptab") && runs_ > 0) {
    out_.write("\t");
  } else if (name == "noBreakHyphen") {
    out_.write("-");
  }
}

void ParagraphText::end(std::string_view name) {
  if (left_out_ > 0) {
    --left_out_;
  } else if (name == "t") {
    --texts_;
  } else if (name == "r") {
    --runs_;
  } else if (name == "p") {
    out_.write("\n");
  }
}

void ParagraphText::text(std::string_view piece) {
  if (texts_ > 0 && left_out_ == 0) out_.write(piece);
}

}  // namespace argot::documents
