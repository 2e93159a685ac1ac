#include "tests/wire/pattern.h"

#include <algorithm>

#include "base/ids.h"
#include "base/text.h"
#include "json/reader.h"
#include "json/writer.h"

namespace argot::wire {
namespace {

// Marks a JSON string that was a placeholder. No pattern has this character.
constexpr char marker = '\x7f';

struct Placeholder {
  std::string kind;
  std::string variable;  // empty: its value is not kept
};

// `any`, `id as first`.
Placeholder read_placeholder(std::string_view inside) {
  constexpr std::string_view as = " as ";
  const std::size_t place = inside.find(as);
  if (place == std::string_view::npos) return {.kind = std::string(inside), .variable = {}};
  return {.kind = std::string(inside.substr(0, place)),
          .variable = std::string(inside.substr(place + as.size()))};
}

bool is_request_id(std::string_view text) {
  return text.size() == 36 && text.starts_with("req_") &&
         text.find_first_not_of("0123456789abcdef", 4) == std::string_view::npos;
}

// Whether `text`, a text or a number as written, is of that kind; nothing if there is no such kind.
std::optional<bool> is_of_kind(std::string_view kind, std::string_view text) {
  if (kind == "any") return true;
  if (kind == "id") return is_file_id(text);
  if (kind == "request_id") return is_request_id(text);
  if (kind == "integer") return parse_decimal(text).has_value();
  if (kind == "string") return true;
  return std::nullopt;
}

std::optional<std::string> match_placeholder(const Placeholder& placeholder,
                                             std::string_view actual, Variables& variables) {
  const auto fits = is_of_kind(placeholder.kind, actual);
  if (!fits) return "there is no placeholder <" + placeholder.kind + ">";
  if (!*fits) return "'" + std::string(actual) + "' is no <" + placeholder.kind + ">";
  if (!placeholder.variable.empty()) variables[placeholder.variable] = actual;
  return std::nullopt;
}

// Turns the placeholders of a pattern into marked strings, so that a JSON reader takes it.
std::string marked(std::string_view pattern) {
  std::string text;
  bool in_string = false;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const char character = pattern[at];
    if (character == '"' && (at == 0 || pattern[at - 1] != '\\')) in_string = !in_string;
    const std::size_t end = pattern.find('>', at);
    if (in_string || character != '<' || end == std::string_view::npos) {
      text += character;
      continue;
    }
    text += "\"";
    text += marker;
    text += pattern.substr(at + 1, end - at - 1);
    text += "\"";
    at = end;
  }
  return text;
}

std::string written(const json::Value& value) {
  std::string text;
  json::Writer writer(text);
  value.write_to(writer);
  return text;
}

std::optional<std::string> compare(const json::Value& pattern, const json::Value& actual,
                                   const std::string& where, Variables& variables);

std::optional<std::string> compare_objects(const json::Value& pattern, const json::Value& actual,
                                           const std::string& where, Variables& variables) {
  for (const json::Member& member : pattern.members()) {
    const json::Value* const value = actual.find(member.key);
    if (value == nullptr) return where + "/" + member.key + " is missing";
    if (auto wrong = compare(member.value, *value, where + "/" + member.key, variables))
      return wrong;
  }
  for (const json::Member& member : actual.members()) {
    if (pattern.find(member.key) == nullptr) {
      return where + "/" + member.key + " was not expected: " + written(member.value);
    }
  }
  return std::nullopt;
}

std::optional<std::string> compare_arrays(const json::Value& pattern, const json::Value& actual,
                                          const std::string& where, Variables& variables) {
  if (pattern.items().size() != actual.items().size()) {
    return where + " has " + std::to_string(actual.items().size()) + " items, not " +
           std::to_string(pattern.items().size());
  }
  for (std::size_t item = 0; item < pattern.items().size(); ++item) {
    const std::string place = where + "/" + std::to_string(item);
    if (auto wrong = compare(pattern.items()[item], actual.items()[item], place, variables)) {
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<std::string> compare(const json::Value& pattern, const json::Value& actual,
                                   const std::string& where, Variables& variables) {
  const std::string* const text = pattern.string();
  if (text != nullptr && text->starts_with(marker)) {
    const Placeholder placeholder = read_placeholder(std::string_view(*text).substr(1));
    const bool wants_string = placeholder.kind == "string" || placeholder.kind == "id";
    if (wants_string && actual.string() == nullptr) return where + " is no string";
    const std::string value = actual.string() != nullptr ? *actual.string() : written(actual);
    const auto wrong = match_placeholder(placeholder, value, variables);
    return wrong ? std::optional(where + ": " + *wrong) : std::nullopt;
  }
  if (pattern.kind() != actual.kind()) {
    return where + " is " + std::string(json::described(actual.kind())) + ", not " +
           std::string(json::described(pattern.kind()));
  }
  if (pattern.kind() == json::Kind::object) {
    return compare_objects(pattern, actual, where, variables);
  }
  if (pattern.kind() == json::Kind::array) return compare_arrays(pattern, actual, where, variables);
  if (pattern == actual) return std::nullopt;
  return where + " is " + written(actual) + ", not " + written(pattern);
}

}  // namespace

std::string filled_in(std::string_view text, const Variables& variables) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t brace = std::min(text.find('{'), text.size());
    filled += text.substr(0, brace);
    text.remove_prefix(brace);
    if (text.empty()) break;
    const std::size_t end = text.find('}');
    const auto variable =
        end == std::string_view::npos ? variables.end() : variables.find(text.substr(1, end - 1));
    if (variable == variables.end()) {
      filled += '{';
      text.remove_prefix(1);
    } else {
      filled += variable->second;
      text.remove_prefix(end + 1);
    }
  }
  return filled;
}

std::optional<std::string> text_mismatch(std::string_view pattern, std::string_view actual,
                                         Variables& variables) {
  if (pattern.starts_with('<') && pattern.ends_with('>')) {
    return match_placeholder(read_placeholder(pattern.substr(1, pattern.size() - 2)), actual,
                             variables);
  }
  const std::string expected = filled_in(pattern, variables);
  if (expected == actual) return std::nullopt;
  return "'" + std::string(actual) + "', not '" + expected + "'";
}

std::optional<std::string> json_mismatch(std::string_view pattern, std::string_view actual,
                                         Variables& variables) {
  const auto expected = json::parse(marked(filled_in(pattern, variables)));
  if (!expected) return "the pattern is no JSON: " + expected.error().detail;
  const auto got = json::parse(actual);
  if (!got) return "the body is no JSON: " + std::string(actual.substr(0, 200));
  return compare(*expected, *got, "", variables);
}

}  // namespace argot::wire
