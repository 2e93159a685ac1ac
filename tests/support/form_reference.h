// A form taken apart the slow and obvious way: the whole body at once, one search after the other.
// Tests and fuzzers hold multipart::Parser against it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argot::testing {

struct ReferencePart {
  std::vector<std::string> header_lines;
  std::string content;
};

// The parts, or nothing where RFC 2046 section 5.1.1 does not allow the body. Knows no limits and
// does not look into header lines.
inline std::optional<std::vector<ReferencePart>> split_form(std::string_view boundary,
                                                            std::string_view body) {
  // The first delimiter may lack its CRLF; with one put before the body, all of them have it.
  const std::string text = "\r\n" + std::string(body);
  const std::string delimiter = "\r\n--" + std::string(boundary);
  const auto skip_padding = [&](std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
    return at;
  };

  std::vector<ReferencePart> parts;
  std::size_t at = text.find(delimiter);
  for (;;) {
    if (at == std::string::npos) return std::nullopt;
    at += delimiter.size();
    if (text.compare(at, 2, "--") == 0) {
      const std::string rest = text.substr(skip_padding(at + 2));
      if (rest.empty() || rest == "\r" || rest.starts_with("\r\n")) return parts;
      return std::nullopt;
    }
    at = skip_padding(at);
    if (text.compare(at, 2, "\r\n") != 0) return std::nullopt;
    at += 2;

    ReferencePart part;
    for (;;) {
      const std::size_t lf = text.find('\n', at);
      if (lf == std::string::npos || lf == at || text[lf - 1] != '\r') return std::nullopt;
      const std::string line = text.substr(at, lf - 1 - at);
      at = lf + 1;
      if (line.empty()) break;
      part.header_lines.push_back(line);
    }
    // Content may be missing altogether; the CRLF of the blank line is then the delimiter's.
    const std::size_t end = text.find(delimiter, at - 2);
    if (end == std::string::npos) return std::nullopt;
    if (end > at) part.content = text.substr(at, end - at);
    parts.push_back(part);
    at = end;
  }
}

}  // namespace argot::testing
