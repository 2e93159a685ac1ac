// Writes JSON into a string, value after value, and cannot write anything else: a call that has no
// place in the grammar is a broken invariant and ends the process.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"

namespace argot::json {

enum class Form {
  compact,
  pretty,  // two spaces a level, one member or item a line
};

// Calls match:
//
//   text = value
//   value = string | integer | number | boolean | null
//         | begin_object ( key value )* end_object
//         | begin_array value* end_array
//
// Every call returns the writer, so that calls can be chained. Not thread-safe.
class Writer {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit Writer(std::string& out, Form form = Form::compact) : out_(out), form_(form) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Nesting is bounded by limits::json_depth_max.
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();

  // Whether a key occurs twice is the caller's care.
  Writer& key(std::string_view key);

  // Bytes that are not UTF-8 become U+FFFD.
  Writer& string(std::string_view text);
  Writer& boolean(bool value);
  Writer& null();

  // Finite ones only. Always written with a fraction or an exponent, so that no integer comes back.
  Writer& number(double value);

  template <std::integral Integer>
    requires(!std::same_as<Integer, bool>)
  Writer& integer(Integer value) {
    if constexpr (std::signed_integral<Integer>) {
      return signed_integer(value);
    } else {
      return unsigned_integer(value);
    }
  }

  // Whether exactly one whole value was written.
  bool is_complete() const { return depth_ == 0 && root_written_; }

 private:
  struct Level {
    bool is_object = false;
    bool is_empty = true;
  };

  Writer& signed_integer(std::int64_t value);
  Writer& unsigned_integer(std::uint64_t value);
  // Whatever stands before a value: nothing, a comma, a new line.
  void begin_value();
  void separate();
  void begin_level(bool is_object, char opening);
  void end_level(bool is_object, char closing);
  void begin_line();

  std::string& out_;
  Form form_;
  std::array<Level, limits::json_depth_max> levels_{};
  std::size_t depth_ = 0;
  bool key_written_ = false;
  bool root_written_ = false;
};

}  // namespace argot::json
