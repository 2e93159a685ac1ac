#include "fetch/url.h"

namespace argot::fetch {

namespace {

// The unreserved marks of ECMAScript, letters and digits aside.
constexpr std::string_view marks = "-_.!~*'()";

bool stays(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         marks.find(c) != std::string_view::npos;
}

}  // namespace

std::string encode_component(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (stays(c)) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
    }
  }
  return out;
}

std::string encode_query(const std::vector<QueryItem>& items) {
  std::string out;
  for (const auto& [name, value] : items) {
    if (!out.empty()) out.push_back('&');
    out.append(encode_component(name)).append("=").append(encode_component(value));
  }
  return out;
}

std::string join_url(const UrlParts& parts) {
  std::string_view base = parts.base.substr(0, parts.base.find('#'));
  std::string_view query = parts.query;
  if (const std::size_t mark = base.find('?'); mark != std::string_view::npos) {
    if (query.empty()) query = base.substr(mark + 1);
    base = base.substr(0, mark);
  }
  while (base.ends_with('/')) base.remove_suffix(1);
  std::string url = std::string(base).append(parts.path);
  if (!query.empty()) url.append("?").append(query);
  return url;
}

}  // namespace argot::fetch
