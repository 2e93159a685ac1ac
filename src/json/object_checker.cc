#include "json/object_checker.h"

#include <utility>

#include "base/text.h"
#include "json/characters.h"

namespace argot::json {

void ObjectChecker::write(std::string_view chunk) {
  if (is_hopeless()) return;
  utf8_.write(chunk);
  std::size_t place = 0;
  for (; place < chunk.size(); ++place) {
    if (state_ == State::string && !low_surrogate_due_) {
      place = skip_plain(chunk, place);
      if (place == chunk.size()) break;
    }
    last_good_state_ = state_;
    state_ = after(chunk[place]);
    if (is_hopeless()) break;
  }
  good_bytes_ += place;
}

bool ObjectChecker::is_whole() const {
  if (state_ == State::done) return true;
  const bool is_number = state_ == State::number_zero || state_ == State::number_digits ||
                         state_ == State::number_fraction || state_ == State::number_exponent;
  // Only its end tells that a number is over.
  return is_number && depth_ == 0;
}

std::string_view ObjectChecker::expected() const {
  const bool is_in_object = depth_ > 0 && is_object_level_[depth_ - 1];
  switch (is_hopeless() ? last_good_state_ : state_) {
    case State::start:
      return root_ == Root::object ? "'{'" : "a value";
    case State::value:
      return "a value";
    case State::value_or_end:
      return "a value or ']'";
    case State::key:
      return "a key in double quotes";
    case State::key_or_end:
      return "a key in double quotes or '}'";
    case State::colon:
      return "':' after a key";
    case State::comma_or_end:
    case State::number_zero:
    case State::number_digits:
    case State::number_fraction:
    case State::number_exponent:
      if (depth_ == 0) return "the end of the line";
      return is_in_object ? "',' or '}'" : "',' or ']'";
    case State::string:
      return low_surrogate_due_ ? "the escape of a low surrogate" : "'\"' at the end of a string";
    case State::escape:
      if (low_surrogate_due_) return "the escape of a low surrogate";
      return "one of \"\\/bfnrtu after a backslash";
    case State::hex:
      return low_surrogate_due_ ? "the escape of a low surrogate"
                                : "four hexadecimal digits, a low surrogate only after a high one";
    case State::number_start:
    case State::number_point:
    case State::number_e:
    case State::number_sign:
      return "a digit";
    case State::literal:
      return "true, false or null";
    case State::done:
      return "the end of the line";
    case State::wrong:
      break;
  }
  std::unreachable();
}

std::size_t ObjectChecker::skip_plain(std::string_view chunk, std::size_t place) const {
  while (place < chunk.size() && chunk[place] != '"' && chunk[place] != '\\' &&
         static_cast<unsigned char>(chunk[place]) >= 0x20U) {
    ++place;
  }
  return place;
}

ObjectChecker::State ObjectChecker::after(char byte) {
  switch (state_) {
    case State::start:
    case State::value:
    case State::value_or_end:
    case State::key:
    case State::key_or_end:
    case State::colon:
    case State::comma_or_end:
    case State::done:
      return after_white_space(byte);
    case State::string:
      return in_string(byte);
    case State::escape:
      return in_escape(byte);
    case State::hex:
      return in_hex(byte);
    case State::number_start:
    case State::number_zero:
    case State::number_digits:
    case State::number_point:
    case State::number_fraction:
    case State::number_e:
    case State::number_sign:
    case State::number_exponent:
      return in_number(byte);
    case State::literal:
      return in_literal(byte);
    case State::wrong:
      return State::wrong;
  }
  std::unreachable();
}

ObjectChecker::State ObjectChecker::after_white_space(char byte) {
  return is_white_space(byte) ? state_ : after_token(byte);
}

ObjectChecker::State ObjectChecker::after_token(char byte) {
  switch (state_) {
    case State::start:
      if (root_ == Root::any_value) return begin_value(byte);
      return byte == '{' ? begin_level(true) : State::wrong;
    case State::value_or_end:
      if (byte == ']') return end_level(byte);
      return begin_value(byte);
    case State::value:
      return begin_value(byte);
    case State::key_or_end:
      if (byte == '}') return end_level(byte);
      [[fallthrough]];
    case State::key:
      string_is_key_ = true;
      return byte == '"' ? State::string : State::wrong;
    case State::colon:
      return byte == ':' ? State::value : State::wrong;
    case State::comma_or_end:
      if (byte == ',') return is_object_level_[depth_ - 1] ? State::key : State::value;
      return end_level(byte);
    default:
      return State::wrong;
  }
}

ObjectChecker::State ObjectChecker::begin_value(char byte) {
  string_is_key_ = false;
  const auto literal = [&](std::string_view rest) {
    literal_rest_ = rest;
    return State::literal;
  };
  switch (byte) {
    case '{':
      return begin_level(true);
    case '[':
      return begin_level(false);
    case '"':
      return State::string;
    case '-':
      return State::number_start;
    case '0':
      return State::number_zero;
    case 't':
      return literal("rue");
    case 'f':
      return literal("alse");
    case 'n':
      return literal("ull");
    default:
      return is_digit(byte) ? State::number_digits : State::wrong;
  }
}

ObjectChecker::State ObjectChecker::begin_level(bool is_object) {
  if (depth_ == is_object_level_.size()) {
    is_too_deep_ = true;
    return State::wrong;
  }
  is_object_level_[depth_] = is_object;
  ++depth_;
  return is_object ? State::key_or_end : State::value_or_end;
}

ObjectChecker::State ObjectChecker::end_level(char closing) {
  if (closing != (is_object_level_[depth_ - 1] ? '}' : ']')) return State::wrong;
  --depth_;
  return after_value();
}

ObjectChecker::State ObjectChecker::in_string(char byte) {
  if (low_surrogate_due_) return byte == '\\' ? State::escape : State::wrong;
  if (byte == '\\') return State::escape;
  if (byte == '"') return string_is_key_ ? State::colon : after_value();
  return static_cast<unsigned char>(byte) >= 0x20U ? State::string : State::wrong;
}

ObjectChecker::State ObjectChecker::in_escape(char byte) {
  if (byte == 'u') {
    hex_digits_ = 0;
    hex_value_ = 0;
    return State::hex;
  }
  if (low_surrogate_due_) return State::wrong;
  constexpr std::string_view letters = "\"\\/bfnrt";
  return letters.contains(byte) ? State::string : State::wrong;
}

ObjectChecker::State ObjectChecker::in_hex(char byte) {
  const int digit = hex_value(byte);
  if (digit < 0) return State::wrong;
  hex_value_ = (hex_value_ << 4U) | static_cast<std::uint32_t>(digit);
  ++hex_digits_;
  if (hex_digits_ < 4) return State::hex;
  const bool is_high = hex_value_ >= 0xD800U && hex_value_ <= 0xDBFFU;
  const bool is_low = hex_value_ >= 0xDC00U && hex_value_ <= 0xDFFFU;
  if (is_low != low_surrogate_due_) return State::wrong;
  low_surrogate_due_ = is_high;
  return State::string;
}

ObjectChecker::State ObjectChecker::in_number(char byte) {
  const bool digit = is_digit(byte);
  const bool is_e = byte == 'e' || byte == 'E';
  switch (state_) {
    case State::number_start:
      if (byte == '0') return State::number_zero;
      return digit ? State::number_digits : State::wrong;
    case State::number_point:
      return digit ? State::number_fraction : State::wrong;
    case State::number_e:
      if (byte == '+' || byte == '-') return State::number_sign;
      [[fallthrough]];
    case State::number_sign:
      return digit ? State::number_exponent : State::wrong;
    case State::number_digits:
      if (digit) return State::number_digits;
      [[fallthrough]];
    case State::number_zero:
      if (byte == '.') return State::number_point;
      if (is_e) return State::number_e;
      break;
    case State::number_fraction:
      if (digit) return State::number_fraction;
      if (is_e) return State::number_e;
      break;
    default:
      if (digit) return State::number_exponent;
      break;
  }
  // The number was over before this byte.
  state_ = after_value();
  last_good_state_ = state_;
  return after_white_space(byte);
}

ObjectChecker::State ObjectChecker::in_literal(char byte) {
  if (byte != literal_rest_.front()) return State::wrong;
  literal_rest_.remove_prefix(1);
  return literal_rest_.empty() ? after_value() : State::literal;
}

bool is_json_object(std::string_view line) {
  ObjectChecker checker;
  checker.write(line);
  return checker.is_object();
}

}  // namespace argot::json
