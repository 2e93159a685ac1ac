// A value and a key of a line, as LineReader shows them.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

#include "json/characters.h"
#include "json/tokens.h"
#include "json/value.h"

namespace argot::json {

// A value of the line. To be read before the walk goes on to the next one; not to be kept.
class Item {
 public:
  explicit Item(simdjson::ondemand::value& value) : Item(value, value.raw_json_token()) {}

  // What its first byte promises; nothing where no value begins.
  std::optional<Kind> kind() const;

  // A scalar as it is written; of an object or array the bracket that begins it.
  std::string_view token() const { return token_; }

  // What stands between the quotes of a well-formed string, escapes as they are written.
  std::string_view between_quotes() const { return token_.substr(1, token_.size() - 2); }

  // Whether a scalar follows the grammar to its end. True of objects and arrays.
  bool is_well_formed() const;

  // Whether it is a string, and well-formed.
  bool is_string() const {
    // What has a colon behind it, simdjson takes for a key, and skips the rest of the object. The
    // escapes are those of the line, which were checked when it was opened.
    return token_.size() > 1 && token_.front() == '"' && token_.back() == '"' && next_ != ':';
  }

 private:
  friend class LineReader;

  // Behind the token is the first byte of the next one, or the padding.
  Item(simdjson::ondemand::value& value, std::string_view token)
      : value_(&value), token_(trimmed(token)), next_(token.data()[token.size()]) {}

  // simdjson ends a token where the next one begins.
  static std::string_view trimmed(std::string_view token) {
    while (!token.empty() && is_white_space(token.back())) token.remove_suffix(1);
    return token;
  }

  simdjson::ondemand::value* value_;
  std::string_view token_;
  char next_;
};

// A key, with its quotes left out.
struct ItemKey {
  std::string_view written;
  bool has_escapes = false;

  std::string meaning() const { return unescaped(written); }
  // Whether it means `name`, which must hold no backslash.
  bool is(std::string_view name) const {
    return written == name || (has_escapes && meaning() == name);
  }
};

inline std::optional<Kind> Item::kind() const {
  switch (token_.empty() ? '\0' : token_.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return Kind::number;
    default:
      return std::nullopt;
  }
}

inline bool Item::is_well_formed() const {
  switch (token_.empty() ? '\0' : token_.front()) {
    case '{':
    case '[':
      return true;
    case '"':
      return is_string();
    case 't':
      return token_ == "true";
    case 'f':
      return token_ == "false";
    case 'n':
      return token_ == "null";
    default:
      return is_number(token_);
  }
}

}  // namespace argot::json
