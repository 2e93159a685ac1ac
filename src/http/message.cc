#include "http/message.h"

#include <algorithm>

#include "base/text.h"

namespace argot::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [name](const HeaderView& header) {
    return equals_ignoring_case(header.name, name);
  });
  if (found == headers.end()) return std::nullopt;
  return found->value;
}

std::uint64_t Response::body_bytes() const {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  const auto& file = std::get<std::unique_ptr<FileContent>>(body);
  return file ? file->size() : 0;
}

}  // namespace argot::http
