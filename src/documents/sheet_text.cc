#include "documents/sheet_text.h"

#include "base/limits.h"
#include "base/text.h"

namespace argot::documents {
namespace {

// More digits than any number of a string has.
constexpr std::size_t digits_max = 20;

}  // namespace

void SharedStrings::start(std::string_view name, const XmlAttributes&) {
  if (name == "si") {
    is_in_string_ = true;
  } else if (name == "t") {
    is_in_text_ = is_in_string_ && readings_ == 0;
  } else if (name == "rPh") {
    ++readings_;
  }
}

void SharedStrings::end(std::string_view name) {
  if (name == "t") {
    is_in_text_ = false;
  } else if (name == "rPh") {
    --readings_;
  } else if (name == "si") {
    is_in_string_ = false;
    if ((ends_.size() + 1) * sizeof(ends_[0]) + text_.size() > limits::document_strings_bytes_max) {
      is_full_ = true;
      return;
    }
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
}

void SharedStrings::text(std::string_view piece) {
  if (!is_in_text_ || is_full_) return;
  if (ends_.size() * sizeof(ends_[0]) + text_.size() + piece.size() >
      limits::document_strings_bytes_max) {
    is_full_ = true;
    return;
  }
  text_ += piece;
}

std::optional<std::string_view> SharedStrings::find(std::uint64_t number) const {
  if (number >= ends_.size()) return std::nullopt;
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(text_).substr(begin, ends_[number] - begin);
}

void SheetText::start(std::string_view name, const XmlAttributes& attributes) {
  if (name == "c") {
    is_shared_ = attributes.find("t") == "s";
    is_cell_written_ = false;
  } else if (name == "v") {
    is_in_value_ = true;
    number_.clear();
  } else if (name == "is") {
    is_in_inline_ = true;
  } else if (name == "t") {
    is_in_text_ = is_in_inline_ && readings_ == 0;
  } else if (name == "rPh") {
    ++readings_;
  } else if (name == "row") {
    is_first_cell_ = true;
  }
}

void SheetText::end(std::string_view name) {
  if (name == "v") {
    is_in_value_ = false;
    if (!is_shared_) return;
    const auto number = parse_decimal(number_);
    const auto string = number ? strings_.find(*number) : std::nullopt;
    if (string) {
      write(*string);
    } else {
      has_unknown_string_ = true;
    }
  } else if (name == "is") {
    is_in_inline_ = false;
  } else if (name == "t") {
    is_in_text_ = false;
  } else if (name == "rPh") {
    --readings_;
  } else if (name == "row" && !is_first_cell_) {
    out_.write("\n");
  }
}

void SheetText::text(std::string_view piece) {
  if (is_in_value_ && is_shared_) {
    if (number_.size() < digits_max) number_ += piece.substr(0, digits_max - number_.size());
  } else if (is_in_value_ || is_in_text_) {
    write(piece);
  }
}

void SheetText::write(std::string_view text) {
  if (text.empty()) return;
  if (!is_cell_written_ && !is_first_cell_) out_.write("\t");
  is_first_cell_ = false;
  is_cell_written_ = true;
  out_.write(text);
}

}  // namespace argot::documents
