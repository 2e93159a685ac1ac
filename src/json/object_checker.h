// Whether a text is exactly one JSON object, found out as its bytes go by: nothing is kept of them,
// so that a line may be as long as it likes. For values there is reader.h.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/limits.h"
#include "json/utf8_checker.h"

namespace argot::json {

// What a whole text may be.
enum class Root { object, any_value };

// Calls match: write* is_object. White space around the object is allowed, a byte order mark is
// not. Strings are checked in full: UTF-8, escapes, surrogates in pairs. Numbers may be of any size
// and keys may repeat. Deeper than limits::jsonl_depth_max is not an object for us. Not
// thread-safe.
class ObjectChecker {
 public:
  explicit ObjectChecker(Root root = Root::object) : root_(root) {}

  void write(std::string_view chunk);

  // Whether everything so far is one whole object, or whatever `root` allows.
  bool is_object() const { return is_whole() && utf8_.is_utf8(); }

  // Whether no further bytes can make it an object.
  bool is_hopeless() const { return state_ == State::wrong; }

  // How many bytes passed before it became hopeless, and what could have come in place of the next
  // one; UTF-8 is not looked at.
  std::uint64_t good_bytes() const { return good_bytes_; }
  std::string_view expected() const;
  // Whether it became hopeless by one level too many.
  bool is_too_deep() const { return is_too_deep_; }

 private:
  enum class State : std::uint8_t {
    start,
    // Between tokens: what may come next.
    value,
    value_or_end,
    key,
    key_or_end,
    colon,
    comma_or_end,
    // Inside of a string.
    string,
    escape,
    hex,
    // Inside of a number.
    number_start,
    number_zero,
    number_digits,
    number_point,
    number_fraction,
    number_e,
    number_sign,
    number_exponent,
    // Inside of true, false or null.
    literal,
    done,
    wrong,
  };

  // Each takes one byte and returns what it leads to.
  State after(char byte);
  State after_token(char byte);
  State after_white_space(char byte);
  State begin_value(char byte);
  State begin_level(bool is_object);
  State end_level(char closing);
  State in_string(char byte);
  State in_escape(char byte);
  State in_hex(char byte);
  State in_number(char byte);
  State in_literal(char byte);

  bool is_whole() const;
  // What a value leads to that has ended.
  State after_value() const { return depth_ == 0 ? State::done : State::comma_or_end; }

  // The first byte of `chunk` from `place` on that a string does not simply consist of.
  std::size_t skip_plain(std::string_view chunk, std::size_t place) const;

  Root root_;
  Utf8Checker utf8_;
  State state_ = State::start;
  State last_good_state_ = State::start;  // what state_ was before it became wrong
  std::uint64_t good_bytes_ = 0;
  bool is_too_deep_ = false;
  bool string_is_key_ = false;
  bool low_surrogate_due_ = false;
  std::uint8_t hex_digits_ = 0;
  std::uint32_t hex_value_ = 0;
  std::string_view literal_rest_;
  std::size_t depth_ = 0;
  std::bitset<limits::jsonl_depth_max> is_object_level_;
};

// `line` at once, without its line ending.
bool is_json_object(std::string_view line);

}  // namespace argot::json
