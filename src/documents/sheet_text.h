// The text of Excel's parts: the strings that its cells share, and the sheets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "documents/text_writer.h"
#include "documents/xml_parser.h"

namespace argot::documents {

// The strings in their order, in memory up to a bound: cells name them by their numbers, in any
// order. Not thread-safe.
class SharedStrings final : public XmlEvents {
 public:
  void start(std::string_view name, const XmlAttributes& attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view piece) override;

  // Whether the bound was passed; then some are missing.
  bool is_full() const { return is_full_; }

  std::optional<std::string_view> find(std::uint64_t number) const;

 private:
  std::string text_;                 // of all, one after the other
  std::vector<std::uint32_t> ends_;  // where each ends
  bool is_full_ = false;
  bool is_in_string_ = false;
  bool is_in_text_ = false;
  std::size_t readings_ = 0;  // open ones: how a text is pronounced
};

// One line for each row that holds something, its cells separated by tabs. Numbers stand as they
// are stored: a date is a number. Not thread-safe.
class SheetText final : public XmlEvents {
 public:
  // Both must outlive the SheetText.
  SheetText(const SharedStrings& strings, TextWriter& out) : strings_(strings), out_(out) {}

  void start(std::string_view name, const XmlAttributes& attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view piece) override;

  // Whether a cell named a string that is not there.
  bool has_unknown_string() const { return has_unknown_string_; }

 private:
  void write(std::string_view text);

  const SharedStrings& strings_;
  TextWriter& out_;
  bool has_unknown_string_ = false;
  bool is_shared_ = false;  // the value of the open cell is the number of a string
  bool is_in_value_ = false;
  bool is_in_inline_ = false;
  bool is_in_text_ = false;
  std::size_t readings_ = 0;
  std::string number_;  // of a string, while it comes in
  bool is_first_cell_ = true;
  bool is_cell_written_ = false;
};

}  // namespace argot::documents
