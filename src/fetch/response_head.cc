#include "fetch/response_head.h"

#include <cstdint>
#include <optional>

#include "base/text.h"
#include "fetch/blanks.h"

namespace argot::fetch {

namespace {

constexpr std::string_view blanks = " \t";

std::string_view without_line_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

ResponseHeadReader::Step ResponseHeadReader::read(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > head_bytes_max) return Step::refused;
  line = without_line_end(line);
  if (!is_begun_) return begin(line) ? Step::more : Step::refused;
  if (!line.empty()) {
    add(line);
    return Step::more;
  }
  constexpr int switching_protocols = 101;
  if (head_.status == switching_protocols || !has_one_length()) return Step::refused;
  if (head_.status >= 200) return Step::complete;
  is_begun_ = false;
  return Step::more;
}

// "HTTP/1.1 200 OK", "HTTP/2 200"
bool ResponseHeadReader::begin(std::string_view line) {
  constexpr std::string_view name = "HTTP/";
  constexpr std::size_t status_digits = 3;
  const std::size_t blank = line.find(' ');
  if (!line.starts_with(name) || blank == std::string_view::npos) return false;
  const std::string_view after = line.substr(blank + 1);
  const auto status = parse_decimal(after.substr(0, status_digits));
  if (!status || *status < 100 || after.substr(status_digits).find_first_not_of(blanks) == 0) {
    return false;
  }
  head_ = ResponseHead{.status = static_cast<int>(*status),
                       .http_version = std::string(line.substr(name.size(), blank - name.size()))};
  is_begun_ = true;
  return true;
}

// Two that differ would leave it to the reader where the response ends (RFC 9112 section 6.3).
bool ResponseHeadReader::has_one_length() const {
  std::optional<std::uint64_t> length;
  for (const auto& [name, value] : head_.headers) {
    if (!equals_ignoring_case(name, "content-length")) continue;
    const auto other = parse_decimal(value);
    if (!other || (length && length != other)) return false;
    length = other;
  }
  return true;
}

void ResponseHeadReader::add(std::string_view line) {
  // A value that goes on in the next line (obs-fold, RFC 9112 section 5.2).
  if (is_blank(line.front())) {
    if (!head_.headers.empty()) head_.headers.back().value.append(" ").append(trim_blanks(line));
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  constexpr std::size_t usual = 16;
  if (head_.headers.empty()) head_.headers.reserve(usual);
  head_.headers.push_back({.name = std::string(trim_blanks(line.substr(0, colon))),
                           .value = std::string(trim_blanks(line.substr(colon + 1)))});
}

}  // namespace argot::fetch
