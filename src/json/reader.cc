#include "json/reader.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/characters.h"

namespace argot::json {
namespace {

// Up to here it is faster to look at all pairs of keys than to sort them.
constexpr std::size_t few_keys = 16;

// How many bytes at the start of `text` are well-formed UTF-8.
std::size_t utf8_prefix(std::string_view text) {
  std::size_t good = 0;
  while (good < text.size()) {
    std::size_t length = 1;
    while (length <= 4 && !is_utf8(text.substr(good, length))) ++length;
    if (length > 4) break;
    good += std::min(length, text.size() - good);
  }
  return good;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  const auto append = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80U) {
    append(code_point);
    return;
  }
  if (code_point < 0x800U) {
    append(0xC0U | (code_point >> 6U));
  } else if (code_point < 0x10000U) {
    append(0xE0U | (code_point >> 12U));
    append(0x80U | ((code_point >> 6U) & 0x3FU));
  } else {
    append(0xF0U | (code_point >> 18U));
    append(0x80U | ((code_point >> 12U) & 0x3FU));
    append(0x80U | ((code_point >> 6U) & 0x3FU));
  }
  append(0x80U | (code_point & 0x3FU));
}

// The character that the letter after a backslash stands for, or 0.
char unescaped(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

class Parser {
 public:
  Parser(std::string_view text, const Bounds& bounds) : text_(text), bounds_(bounds) {}

  Result<Value> parse() {
    Value value;
    TRY_DO(parse_value(value, 0));
    skip_white_space();
    if (place_ != text_.size()) return wrong("the end of the text");
    return value;
  }

 private:
  // A key and where it stood, until its object is complete.
  struct Key {
    std::string_view text;
    std::size_t place;
  };

  bool at_end() const { return place_ == text_.size(); }
  bool at(char character) const { return !at_end() && text_[place_] == character; }

  bool take(char character) {
    if (!at(character)) return false;
    ++place_;
    return true;
  }

  void skip_white_space() {
    while (!at_end() && is_white_space(text_[place_])) ++place_;
  }

  std::string what_came() const {
    if (at_end()) return "the end of the text";
    const char character = text_[place_];
    if (character > ' ' && character < '\x7F') return "'" + std::string(1, character) + "'";
    return "the byte 0x" + to_hex(as_bytes(text_.substr(place_, 1)));
  }

  std::unexpected<Error> wrong(std::string_view expected) const {
    return refused("expected " + std::string(expected) + ", but got " + what_came());
  }

  std::unexpected<Error> refused(const std::string& reason) const {
    return fail(ErrorCode::invalid_request,
                "Invalid JSON at byte " + std::to_string(place_) + ": " + reason + ".");
  }

  // All of these write to where the value will stay: moving it there costs more than reading it.
  Result<> parse_value(Value& out, std::size_t depth) {
    skip_white_space();
    if (++values_ > bounds_.values_max) {
      return refused("more than " + std::to_string(bounds_.values_max) + " values");
    }
    if (at('{') || at('[')) {
      if (depth == bounds_.depth_max) {
        return refused("nested deeper than " + std::to_string(bounds_.depth_max) + " levels");
      }
      return at('{') ? parse_object(out, depth + 1) : parse_array(out, depth + 1);
    }
    if (at('"')) {
      std::string text;
      TRY_DO(parse_string(text));
      out = Value(std::move(text));
      return {};
    }
    if (at('-') || (!at_end() && is_digit(text_[place_]))) return parse_number(out);
    return parse_literal(out);
  }

  Result<> parse_object(Value& out, std::size_t depth) {
    constexpr std::size_t usual = 12;
    Value::Members members;
    std::vector<std::size_t> places;
    ++place_;
    skip_white_space();
    if (take('}')) {
      out = Value(std::move(members));
      return {};
    }
    members.reserve(usual);
    places.reserve(usual);
    for (;;) {
      skip_white_space();
      if (!at('"')) return wrong(members.empty() ? "a key or '}'" : "a key");
      places.push_back(place_);
      Member& member = members.emplace_back();
      TRY_DO(parse_string(member.key));
      skip_white_space();
      if (!take(':')) return wrong("':'");
      TRY_DO(parse_value(member.value, depth));
      skip_white_space();
      if (take('}')) break;
      if (!take(',')) return wrong("',' or '}'");
    }
    TRY_DO(check_keys(members, places));
    out = Value(std::move(members));
    return {};
  }

  static bool are_few_and_different(const Value::Members& members) {
    if (members.size() > few_keys) return false;
    for (std::size_t i = 1; i < members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (members[i].key == members[j].key) return false;
      }
    }
    return true;
  }

  // Sorted first, so that many keys cost no more than they should.
  Result<> check_keys(const Value::Members& members, const std::vector<std::size_t>& places) {
    if (are_few_and_different(members)) return {};
    std::vector<Key> keys;
    keys.reserve(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) keys.push_back({members[i].key, places[i]});
    std::ranges::sort(keys, [](const Key& left, const Key& right) {
      return std::pair(left.text, left.place) < std::pair(right.text, right.place);
    });
    const auto twice = std::ranges::adjacent_find(keys, {}, &Key::text);
    if (twice == keys.end()) return {};
    place_ = (twice + 1)->place;
    return refused("expected each key once, but got the same key again");
  }

  Result<> parse_array(Value& out, std::size_t depth) {
    Value::Items items;
    ++place_;
    skip_white_space();
    if (take(']')) {
      out = Value(std::move(items));
      return {};
    }
    for (;;) {
      TRY_DO(parse_value(items.emplace_back(), depth));
      skip_white_space();
      if (take(']')) break;
      if (!take(',')) return wrong("',' or ']'");
    }
    out = Value(std::move(items));
    return {};
  }

  Result<> parse_string(std::string& out) {
    ++place_;
    for (;;) {
      TRY_DO(copy_plain(out));
      if (take('"')) return {};
      if (!take('\\')) return wrong("'\"' at the end of a string");
      TRY_DO(parse_escape(out));
    }
  }

  // Everything up to a quote, a backslash, a control character or the end.
  Result<> copy_plain(std::string& out) {
    std::size_t end = place_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
           static_cast<unsigned char>(text_[end]) >= 0x20U) {
      ++end;
    }
    const std::string_view run = text_.substr(place_, end - place_);
    if (!is_utf8(run)) {
      place_ += utf8_prefix(run);
      return wrong("UTF-8");
    }
    out += run;
    place_ = end;
    return {};
  }

  Result<> parse_escape(std::string& out) {
    if (take('u')) return parse_code_point(out);
    const char character = at_end() ? '\0' : unescaped(text_[place_]);
    if (character == '\0') return wrong("one of \"\\/bfnrtu after a backslash");
    ++place_;
    out += character;
    return {};
  }

  // RFC 8259 section 7: beyond U+FFFF a character is two escapes, a high surrogate and a low one.
  Result<> parse_code_point(std::string& out) {
    const std::size_t start = place_;
    TRY(std::uint32_t code_point, parse_hex_digits());
    if (code_point >= 0xDC00U && code_point <= 0xDFFFU) {
      place_ = start;
      return wrong("a high surrogate before a low one");
    }
    if (code_point >= 0xD800U && code_point <= 0xDBFFU) {
      if (!take('\\') || !take('u')) return wrong("a low surrogate after a high one");
      const std::size_t second = place_;
      TRY(const std::uint32_t low, parse_hex_digits());
      if (low < 0xDC00U || low > 0xDFFFU) {
        place_ = second;
        return wrong("a low surrogate after a high one");
      }
      code_point = 0x10000U + ((code_point - 0xD800U) << 10U) + (low - 0xDC00U);
    }
    append_utf8(out, code_point);
    return {};
  }

  Result<std::uint32_t> parse_hex_digits() {
    std::uint32_t value = 0;
    for (int digits = 0; digits < 4; ++digits) {
      const std::string_view digit = text_.substr(place_, 1);
      std::uint32_t digit_value = 0;
      const auto [end, error] =
          std::from_chars(digit.data(), digit.data() + digit.size(), digit_value, 16);
      if (error != std::errc()) return wrong("four hexadecimal digits");
      value = value * 16U + digit_value;
      ++place_;
    }
    return value;
  }

  Result<> skip_digits() {
    if (at_end() || !is_digit(text_[place_])) return wrong("a digit");
    while (!at_end() && is_digit(text_[place_])) ++place_;
    return {};
  }

  Result<> parse_number(Value& out) {
    const std::size_t start = place_;
    bool is_integer = true;
    take('-');
    if (!take('0')) TRY_DO(skip_digits());
    if (take('.')) {
      is_integer = false;
      TRY_DO(skip_digits());
    }
    if (take('e') || take('E')) {
      is_integer = false;
      if (!take('+')) take('-');
      TRY_DO(skip_digits());
    }
    const std::string_view token = text_.substr(start, place_ - start);
    if (is_integer ? integer(token, out) : convert<double>(token, out)) return {};
    place_ = start;
    return refused("expected a number in range, but got one that is not");
  }

  static bool integer(std::string_view token, Value& out) {
    return convert<std::int64_t>(token, out) || convert<std::uint64_t>(token, out);
  }

  template <typename Number>
  static bool convert(std::string_view token, Value& out) {
    Number number{};
    const char* const end = token.data() + token.size();
    const auto [stopped, error] = std::from_chars(token.data(), end, number);
    if (error != std::errc() || stopped != end) return false;
    out = Value(number);
    return true;
  }

  Result<> parse_literal(Value& out) {
    const std::string_view rest = text_.substr(place_);
    const auto taken = [&](std::string_view literal, Value::Content content) -> Result<> {
      place_ += literal.size();
      out = Value(std::move(content));
      return {};
    };
    if (rest.starts_with("true")) return taken("true", true);
    if (rest.starts_with("false")) return taken("false", false);
    if (rest.starts_with("null")) return taken("null", std::monostate());
    return wrong("a value");
  }

  std::string_view text_;
  const Bounds& bounds_;
  std::size_t place_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

Result<Value> parse(std::string_view text, const Bounds& bounds) {
  if (text.size() > bounds.bytes_max) {
    return fail(ErrorCode::invalid_request, "Expected at most " + human_bytes(bounds.bytes_max) +
                                                " of JSON, but got " + human_bytes(text.size()) +
                                                ".");
  }
  return Parser(text, bounds).parse();
}

}  // namespace argot::json
