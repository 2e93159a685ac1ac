#include "json/writer.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/assert.h"
#include "base/text.h"

namespace argot::json {
namespace {

template <typename Number>
std::string_view decimal(std::array<char, 32>& buffer, Number value) {
  // The longest double takes 24 characters, the longest integer 20.
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  ASSERT(error == std::errc());
  return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

Writer& Writer::begin_object() {
  begin_level(true, '{');
  return *this;
}

Writer& Writer::end_object() {
  end_level(true, '}');
  return *this;
}

Writer& Writer::begin_array() {
  begin_level(false, '[');
  return *this;
}

Writer& Writer::end_array() {
  end_level(false, ']');
  return *this;
}

Writer& Writer::key(std::string_view key) {
  ASSERT(depth_ > 0 && levels_[depth_ - 1].is_object && !key_written_);
  separate();
  append_json_string(out_, key);
  out_ += form_ == Form::pretty ? ": " : ":";
  key_written_ = true;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  begin_value();
  append_json_string(out_, text);
  return *this;
}

Writer& Writer::boolean(bool value) {
  begin_value();
  out_ += value ? "true" : "false";
  return *this;
}

Writer& Writer::null() {
  begin_value();
  out_ += "null";
  return *this;
}

Writer& Writer::number(double value) {
  ASSERT(std::isfinite(value));
  begin_value();
  std::array<char, 32> buffer{};
  const std::string_view text = decimal(buffer, value);
  out_ += text;
  if (text.find_first_of(".e") == std::string_view::npos) out_ += ".0";
  return *this;
}

Writer& Writer::signed_integer(std::int64_t value) {
  begin_value();
  std::array<char, 32> buffer{};
  out_ += decimal(buffer, value);
  return *this;
}

Writer& Writer::unsigned_integer(std::uint64_t value) {
  begin_value();
  std::array<char, 32> buffer{};
  out_ += decimal(buffer, value);
  return *this;
}

void Writer::begin_value() {
  if (depth_ == 0) {
    ASSERT(!root_written_);
    root_written_ = true;
    return;
  }
  if (levels_[depth_ - 1].is_object) {
    ASSERT(key_written_);
    key_written_ = false;
    return;
  }
  separate();
}

void Writer::separate() {
  Level& level = levels_[depth_ - 1];
  if (!level.is_empty) out_ += ',';
  level.is_empty = false;
  begin_line();
}

void Writer::begin_level(bool is_object, char opening) {
  ASSERT(depth_ < levels_.size());
  begin_value();
  out_ += opening;
  levels_[depth_] = Level{.is_object = is_object, .is_empty = true};
  ++depth_;
}

void Writer::end_level(bool is_object, char closing) {
  ASSERT(depth_ > 0 && levels_[depth_ - 1].is_object == is_object && !key_written_);
  --depth_;
  if (!levels_[depth_].is_empty) begin_line();
  out_ += closing;
}

void Writer::begin_line() {
  if (form_ != Form::pretty) return;
  out_ += '\n';
  out_.append(2 * depth_, ' ');
}

}  // namespace argot::json
