#include "tests/support/reference_json.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace argot::testing {
namespace {

// Its numbers have the widest range there is, because those beyond it are refused.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, long double>;

constexpr std::string_view white_space = " \t\r\n";

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// Counts the bytes that were taken from it.
class CountedByte {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedByte(const char* at, std::size_t* count) : at_(at), count_(count) {}

  reference operator*() const { return *at_; }
  CountedByte& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountedByte operator++(int) {
    CountedByte before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountedByte& other) const { return at_ == other.at_; }
  bool operator!=(const CountedByte& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

// Makes the tree of what the library tells.
class Builder {
 public:
  Builder(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}

  std::size_t* count() { return &count_; }
  ReferenceValue& root() { return root_; }
  std::optional<ReferenceFault> fault() const { return fault_; }

  bool null() { return scalar(ReferenceKind::null, "null"); }
  bool boolean(bool value) { return scalar(ReferenceKind::boolean, value ? "true" : "false"); }
  bool number_integer(std::int64_t /*value*/) { return number(); }
  bool number_unsigned(std::uint64_t /*value*/) { return number(); }
  bool number_float(long double /*value*/, const std::string& /*text*/) { return number(); }
  bool string(const std::string& value) { return scalar(ReferenceKind::string, value); }
  bool binary(const std::vector<std::uint8_t>& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return begin(ReferenceKind::object); }
  bool start_array(std::size_t /*size*/) { return begin(ReferenceKind::array); }
  bool end_object() { return end(); }
  bool end_array() { return end(); }

  bool key(const std::string& key) {
    key_ = key;
    key_offset_ = next_token() + 1;
    last_end_ = count_;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) {
    fault_ = ReferenceFault{.offset = fault_offset(position, last_token, error.what())};
    return false;
  }

 private:
  // Where the token begins that was just read: behind the last one only white space and separators
  // may stand.
  std::size_t next_token() const {
    return std::min(text_.find_first_not_of(" \t\r\n,:", last_end_), text_.size());
  }

  ReferenceValue& add(ReferenceKind kind) {
    ReferenceValue* value = &root_;
    if (!open_.empty()) {
      ReferenceValue& outer = *open_.back();
      const bool is_item = outer.kind == ReferenceKind::array;
      outer.members.push_back({.key = is_item ? std::to_string(outer.members.size()) : key_,
                               .key_offset = is_item ? 0 : key_offset_,
                               .value = {}});
      value = &outer.members.back().value;
    }
    value->kind = kind;
    value->offset = next_token();
    return *value;
  }

  bool scalar(ReferenceKind kind, std::string text) {
    add(kind).text = std::move(text);
    last_end_ = count_;
    return true;
  }

  // The library has read one byte more, to see that the number is over.
  bool number() {
    ReferenceValue& value = add(ReferenceKind::number);
    last_end_ = count_ - 1;
    value.text = text_.substr(value.offset, last_end_ - value.offset);
    return true;
  }

  bool begin(ReferenceKind kind) {
    if (open_.size() == depth_max_) {
      fault_ = ReferenceFault{.kind = ReferenceFault::Kind::depth, .offset = count_ - 1};
      return false;
    }
    // Pointers to those that are open stay good: nothing is added beside them.
    open_.push_back(&add(kind));
    last_end_ = count_;
    return true;
  }

  bool end() {
    open_.pop_back();
    last_end_ = count_;
    return true;
  }

  // The library says how far it has read, which is beyond the token that should not be there, or
  // one byte into what makes a token bad.
  std::size_t fault_offset(std::size_t position, const std::string& last_token,
                           std::string_view message) const {
    const std::size_t last_read = std::min(position - 1, text_.size());
    // What comes behind is the text itself, which may hold any words.
    const std::string_view head = message.substr(0, message.find("; last read: '"));
    const auto says = [&](const std::string& words) { return head.contains(words); };
    if (says(" - unexpected end of input")) return text_.size();
    // Only of strings and numbers it tells the token alone.
    if (says(" - unexpected '")) return position - 1;
    for (const std::string literal : {"true", "false", "null"}) {
      if (says(" - unexpected " + literal + " literal")) return position - literal.size();
    }
    if (head.size() == message.size()) return position - last_token.size();
    // A bad token may also be one that nobody asked for.
    const std::size_t place = text_.find_first_not_of(white_space, last_end_);
    const auto is_parsing = [&](const std::string& what) {
      return says("while parsing " + what + " - ");
    };
    if (is_parsing("object separator") || is_parsing("object") || is_parsing("array") ||
        message.ends_with("; expected end of input")) {
      return std::min(place, text_.size());
    }
    const std::size_t begin = next_token();
    if (is_parsing("object key") && text_.substr(begin, 1) != "\"") return begin;
    return last_read;
  }

  std::string_view text_;
  std::size_t depth_max_;
  std::size_t count_ = 0;
  std::size_t last_end_ = 0;  // of the last token that was told
  std::string key_;
  std::size_t key_offset_ = 0;
  ReferenceValue root_;
  std::vector<ReferenceValue*> open_;
  std::optional<ReferenceFault> fault_;
};

// The same text with zeros for the digits of exponents: no number of it is too large then.
std::string with_small_exponents(std::string_view text) {
  std::string out(text);
  bool is_in_string = false;
  bool is_in_exponent = false;
  for (std::size_t i = 0; i < out.size(); ++i) {
    char& byte = out[i];
    if (is_in_string) {
      if (byte == '\\') ++i;
      is_in_string = byte != '"';
      continue;
    }
    is_in_string = byte == '"';
    if (is_in_exponent && is_digit(byte)) byte = '0';
    is_in_exponent = byte == 'e' || byte == 'E' ||
                     (is_in_exponent && (is_digit(byte) || byte == '+' || byte == '-'));
  }
  return out;
}

// How long the character at the start of `text` is, 0 if there is none: the table of RFC 3629.
std::size_t character_bytes(std::string_view text) {
  const auto in = [&](std::size_t place, unsigned low, unsigned high) {
    if (place >= text.size()) return false;
    const auto byte = static_cast<unsigned char>(text[place]);
    return byte >= low && byte <= high;
  };
  const auto tail = [&](std::size_t place) { return in(place, 0x80, 0xBF); };
  if (in(0, 0x00, 0x7F)) return 1;
  if (in(0, 0xC2, 0xDF) && tail(1)) return 2;
  const bool is_three = (in(0, 0xE0, 0xE0) && in(1, 0xA0, 0xBF)) ||
                        (in(0, 0xE1, 0xEC) && tail(1)) ||
                        (in(0, 0xED, 0xED) && in(1, 0x80, 0x9F)) || (in(0, 0xEE, 0xEF) && tail(1));
  if (is_three && tail(2)) return 3;
  const bool is_four = (in(0, 0xF0, 0xF0) && in(1, 0x90, 0xBF)) || (in(0, 0xF1, 0xF3) && tail(1)) ||
                       (in(0, 0xF4, 0xF4) && in(1, 0x80, 0x8F));
  if (is_four && tail(2) && tail(3)) return 4;
  return 0;
}

}  // namespace

std::size_t reference_utf8_bytes(std::string_view text) {
  std::size_t good = 0;
  while (good < text.size()) {
    const std::size_t bytes = character_bytes(text.substr(good));
    if (bytes == 0) break;
    good += bytes;
  }
  return good;
}

std::variant<ReferenceValue, ReferenceFault> reference_parse(std::string_view line,
                                                             std::size_t depth_max) {
  const std::size_t utf8_bytes = reference_utf8_bytes(line);
  if (utf8_bytes < line.size()) {
    return ReferenceFault{.kind = ReferenceFault::Kind::utf8, .offset = utf8_bytes};
  }
  // The library skips a byte order mark.
  if (line.starts_with('\xEF')) return ReferenceFault{.offset = 0};
  // The library takes a NUL for the end; nothing in JSON may be one.
  const std::string_view before_nul = line.substr(0, line.find('\0'));
  // Something must follow a number, so that there is always one byte more.
  const std::string text = with_small_exponents(before_nul) + ' ';
  Builder builder(before_nul, depth_max);
  const CountedByte begin(text.data(), builder.count());
  const CountedByte end(text.data() + text.size(), builder.count());
  Json::sax_parse(begin, end, &builder);
  if (builder.fault()) return *builder.fault();
  if (before_nul.size() < line.size()) return ReferenceFault{.offset = before_nul.size()};
  return std::move(builder.root());
}

}  // namespace argot::testing
