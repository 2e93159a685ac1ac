#include "http/parameters.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "http/characters.h"
#include "http/percent.h"

namespace argot::http {

namespace {

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

// `attachment`, `text/plain`.
bool is_value(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_token(text);
  return is_token(text.substr(0, slash)) && is_token(text.substr(slash + 1));
}

// Wider than a token: real clients leave boundaries with `=` and names with `/` or raw UTF-8
// unquoted, and up to the next semicolon there is only one way to read them.
bool is_unquoted_char(char c) { return is_field_char(c) && !is_blank(c) && c != ';' && c != '"'; }

class ParameterReader {
 public:
  ParameterReader(std::string_view text, QuotedPairs quoted) : rest_(text), quoted_(quoted) {}

  bool is_at_end() const { return rest_.empty(); }
  bool is_at(char c) const { return rest_.starts_with(c); }

  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  bool take(char expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Up to the first semicolon.
  std::string_view take_main() {
    const std::string_view text = rest_.substr(0, rest_.find(';'));
    rest_.remove_prefix(text.size());
    return trim_blanks(text);
  }

  std::optional<Parameter> take_parameter() {
    const std::string_view name = take_while(is_token_char);
    if (name.empty() || !take('=')) return std::nullopt;
    std::optional<std::string> value = take('"') ? take_quoted() : take_unquoted();
    if (!value) return std::nullopt;
    return Parameter{.name = to_lower(name), .value = *std::move(value)};
  }

 private:
  template <typename Accepts>
  std::string_view take_while(Accepts accepts) {
    const auto* const end = std::ranges::find_if_not(rest_, accepts);
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::optional<std::string> take_unquoted() {
    const std::string_view text = take_while(is_unquoted_char);
    if (text.empty()) return std::nullopt;
    return std::string(text);
  }

  bool is_escape(std::size_t at) const {
    if (rest_[at] != '\\' || at + 1 >= rest_.size()) return false;
    const char next = rest_[at + 1];
    return quoted_ == QuotedPairs::standard || next == '"' || next == '\\';
  }

  // The opening quote is taken already.
  std::optional<std::string> take_quoted() {
    std::string value;
    for (std::size_t at = 0; at < rest_.size(); ++at) {
      if (rest_[at] == '"') {
        rest_.remove_prefix(at + 1);
        return value;
      }
      if (is_escape(at)) ++at;
      if (!is_field_char(rest_[at])) return std::nullopt;
      value += rest_[at];
    }
    return std::nullopt;
  }

  std::string_view rest_;
  QuotedPairs quoted_;
};

// value-chars of RFC 8187: what stands for itself, and percent-encoded bytes.
std::optional<std::string> decode_value_chars(std::string_view text) {
  const auto is_value_char = [](char c) { return c == '%' || is_attribute_char(c); };
  if (!std::ranges::all_of(text, is_value_char)) return std::nullopt;
  return decode_percent(text);
}

// The code points of ISO-8859-1 are the first 256 of Unicode.
std::string utf8_from_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, static_cast<std::uint8_t>(c));
  return out;
}

}  // namespace

std::optional<std::string_view> ParameterizedValue::find(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &Parameter::name);
  if (found == parameters.end()) return std::nullopt;
  return found->value;
}

std::optional<ParameterizedValue> parse_parameterized(std::string_view text, QuotedPairs quoted) {
  ParameterReader reader(text, quoted);
  const std::string_view main = reader.take_main();
  if (!is_value(main)) return std::nullopt;

  ParameterizedValue parsed{.value = to_lower(main), .parameters = {}};
  while (reader.take(';')) {
    reader.skip_blanks();
    if (reader.is_at_end() || reader.is_at(';')) continue;
    std::optional<Parameter> parameter = reader.take_parameter();
    reader.skip_blanks();
    if (!parameter || parsed.parameters.size() == parameters_max) return std::nullopt;
    // Two readers may each take another one of them (RFC 6266 section 4.1).
    if (parsed.find(parameter->name)) return std::nullopt;
    parsed.parameters.push_back(*std::move(parameter));
  }
  if (!reader.is_at_end()) return std::nullopt;
  return parsed;
}

std::optional<std::string> decode_extended(std::string_view text) {
  const std::size_t charset_end = text.find('\'');
  if (charset_end == std::string_view::npos) return std::nullopt;
  const std::size_t language_end = text.find('\'', charset_end + 1);
  if (language_end == std::string_view::npos) return std::nullopt;
  const std::string_view charset = text.substr(0, charset_end);
  const std::string_view language = text.substr(charset_end + 1, language_end - charset_end - 1);
  if (!std::ranges::all_of(language, is_token_char)) return std::nullopt;

  std::optional<std::string> decoded = decode_value_chars(text.substr(language_end + 1));
  if (!decoded) return std::nullopt;
  if (equals_ignoring_case(charset, "iso-8859-1")) return utf8_from_latin1(*decoded);
  if (!equals_ignoring_case(charset, "utf-8") || !is_utf8(*decoded)) return std::nullopt;
  return decoded;
}

}  // namespace argot::http
