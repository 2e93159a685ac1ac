#include "blob/s3_answer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace argot::blob {
namespace {

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

bool is_name_character(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_' || character == '-' ||
         character == '.' || character == ':';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_name_character) && text[0] != '-' &&
         text[0] != '.' && !(text[0] >= '0' && text[0] <= '9');
}

// A character that XML allows, by its number.
bool append_character(std::string& out, std::string_view digits, bool is_hexadecimal) {
  constexpr char32_t last = 0x10FFFF;
  if (digits.empty()) return false;
  char32_t number = 0;
  for (const char digit : digits) {
    const int value = hex_value(digit);
    if (value < 0 || (!is_hexadecimal && value > 9)) return false;
    number = number * (is_hexadecimal ? 16 : 10) + static_cast<char32_t>(value);
    if (number > last) return false;
  }
  const bool is_surrogate = number >= 0xD800 && number <= 0xDFFF;
  const bool is_control = number < 0x20 && number != '\t' && number != '\n' && number != '\r';
  if (is_surrogate || is_control) return false;
  append_utf8(out, number);
  return true;
}

constexpr std::pair<std::string_view, char> named_characters[] = {
    {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};

// Appends text with its references resolved.
bool append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t ampersand = std::min(text.find('&'), text.size());
    out += text.substr(0, ampersand);
    text.remove_prefix(ampersand);
    if (text.empty()) return true;
    const std::size_t end = text.find(';');
    if (end == std::string_view::npos) return false;
    const std::string_view name = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (name.starts_with("#x")) {
      if (!append_character(out, name.substr(2), true)) return false;
    } else if (name.starts_with('#')) {
      if (!append_character(out, name.substr(1), false)) return false;
    } else {
      const auto* const found =
          std::ranges::find(named_characters, name, &std::pair<std::string_view, char>::first);
      if (found == std::end(named_characters)) return false;
      out += found->second;
    }
  }
  return true;
}

// Reads a document front to back; what is open stands on a stack, so that depth costs no calls.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<XmlElement> read() {
    // White space comes first where S3 keeps a connection alive while it works.
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    if (rest_.starts_with("<?xml") && !skip_past("?>")) return std::nullopt;
    while (!rest_.empty()) {
      const bool is_taken = rest_.front() == '<' ? take_tag() : take_text();
      if (!is_taken) return std::nullopt;
    }
    if (!open_.empty()) return std::nullopt;
    return std::move(root_);
  }

 private:
  bool skip_past(std::string_view end) {
    const std::size_t found = rest_.find(end);
    if (found == std::string_view::npos) return false;
    rest_.remove_prefix(found + end.size());
    return true;
  }

  bool take_text() {
    const std::size_t size = std::min(rest_.find('<'), rest_.size());
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    if (open_.empty()) return std::ranges::all_of(text, is_space);
    return text.find("]]>") == std::string_view::npos && append_text(open_.back().text, text);
  }

  bool take_tag() {
    const std::size_t end = end_of_tag();
    if (end == std::string_view::npos) return false;
    std::string_view tag = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (tag.starts_with('/')) return close(tag.substr(1));
    const bool is_empty = tag.ends_with('/');
    if (is_empty) tag.remove_suffix(1);
    const std::size_t name_end =
        static_cast<std::size_t>(std::ranges::find_if(tag, is_space) - tag.begin());
    const std::string_view name = tag.substr(0, name_end);
    if (!is_name(name) || !are_attributes(tag.substr(name_end))) return false;
    if (root_ || open_.size() == s3_answer_depth_max) return false;
    open_.push_back({.name = std::string(name), .text = {}, .children = {}});
    return !is_empty || close(name);
  }

  // The next > that stands in no attribute's value.
  std::size_t end_of_tag() const {
    char quote = 0;
    for (std::size_t at = 1; at < rest_.size(); ++at) {
      const char character = rest_[at];
      if (quote != 0) {
        if (character == quote) quote = 0;
      } else if (character == '"' || character == '\'') {
        quote = character;
      } else if (character == '<') {
        return std::string_view::npos;
      } else if (character == '>') {
        return at;
      }
    }
    return std::string_view::npos;
  }

  static bool are_attributes(std::string_view text) {
    for (;;) {
      const std::size_t spaces =
          static_cast<std::size_t>(std::ranges::find_if_not(text, is_space) - text.begin());
      text.remove_prefix(spaces);
      if (text.empty()) return true;
      const std::size_t equals = text.find('=');
      if (spaces == 0 || equals == std::string_view::npos || equals + 1 == text.size())
        return false;
      const char quote = text[equals + 1];
      if (!is_name(text.substr(0, equals)) || (quote != '"' && quote != '\'')) return false;
      const std::size_t end = text.find(quote, equals + 2);
      if (end == std::string_view::npos) return false;
      text.remove_prefix(end + 1);
    }
  }

  bool close(std::string_view name) {
    while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
    if (open_.empty() || open_.back().name != name) return false;
    XmlElement closed = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) {
      root_ = std::move(closed);
    } else {
      open_.back().children.push_back(std::move(closed));
    }
    return true;
  }

  std::string_view rest_;
  std::vector<XmlElement> open_;
  std::optional<XmlElement> root_;
};

// The root of a document whose root has that name.
std::optional<XmlElement> parse_named(std::string_view text, std::string_view name) {
  std::optional<XmlElement> root = parse_s3_answer(text);
  if (!root || root->name != name) return std::nullopt;
  return root;
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  const auto found = std::ranges::find(children, wanted, &XmlElement::name);
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlElement::text_of(std::string_view wanted) const {
  const XmlElement* const found = child(wanted);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

std::optional<XmlElement> parse_s3_answer(std::string_view text) {
  if (text.size() > s3_answer_bytes_max || !is_utf8(text)) return std::nullopt;
  return Reader(text).read();
}

std::optional<WallTime> parse_s3_time(std::string_view text) {
  constexpr std::string_view pattern = "0000-00-00T00:00:00";
  if (text.size() < pattern.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (pattern[at] == '0' ? !is_digit : text[at] != pattern[at]) return std::nullopt;
  }
  std::string_view fraction = text.substr(pattern.size());
  fraction.remove_suffix(1);
  if (!fraction.empty() && (fraction[0] != '.' || !parse_decimal(fraction.substr(1)))) {
    return std::nullopt;
  }
  const auto number = [text](std::size_t at, std::size_t size) {
    return static_cast<unsigned>(parse_decimal(text.substr(at, size)).value_or(0));
  };
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(number(0, 4))),
                                         std::chrono::month(number(5, 2)),
                                         std::chrono::day(number(8, 2)));
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(number(11, 2)) +
         std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
}

std::string escape_xml(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    const auto* const found =
        std::ranges::find(named_characters, character, &std::pair<std::string_view, char>::second);
    if (found == std::end(named_characters)) {
      escaped += character;
    } else {
      escaped.append("&").append(found->first).append(";");
    }
  }
  return escaped;
}

std::optional<S3ObjectPage> parse_object_page(std::string_view text) {
  const auto root = parse_named(text, "ListBucketResult");
  if (!root) return std::nullopt;
  S3ObjectPage page;
  for (const XmlElement& element : root->children) {
    if (element.name != "Contents") continue;
    const auto bytes = parse_decimal(element.text_of("Size"));
    const auto modified_at = parse_s3_time(element.text_of("LastModified"));
    if (!bytes || !modified_at) return std::nullopt;
    page.objects.push_back(
        {.key = std::string(element.text_of("Key")), .bytes = *bytes, .modified_at = *modified_at});
  }
  if (root->text_of("IsTruncated") != "true") return page;
  page.next = root->text_of("NextContinuationToken");
  // Taken for the last page, it would hide what comes behind it.
  if (page.next.empty()) return std::nullopt;
  return page;
}

std::optional<S3UploadPage> parse_upload_page(std::string_view text) {
  const auto root = parse_named(text, "ListMultipartUploadsResult");
  if (!root) return std::nullopt;
  S3UploadPage page;
  for (const XmlElement& element : root->children) {
    if (element.name != "Upload") continue;
    const auto begun_at = parse_s3_time(element.text_of("Initiated"));
    if (!begun_at) return std::nullopt;
    page.uploads.push_back({.key = std::string(element.text_of("Key")),
                            .id = std::string(element.text_of("UploadId")),
                            .begun_at = *begun_at});
  }
  if (root->text_of("IsTruncated") != "true") return page;
  page.next_key = root->text_of("NextKeyMarker");
  page.next_id = root->text_of("NextUploadIdMarker");
  if (page.next_key.empty()) return std::nullopt;
  return page;
}

}  // namespace argot::blob
