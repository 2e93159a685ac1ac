#include "documents/document_kind.h"

#include <string>
#include <utility>

#include "base/text.h"

namespace argot::documents {

std::string_view name(Kind kind) {
  switch (kind) {
    case Kind::docx:
      return "docx";
    case Kind::pptx:
      return "pptx";
    case Kind::xlsx:
      return "xlsx";
    case Kind::html:
      return "html";
    case Kind::pdf:
      return "pdf";
  }
  std::unreachable();
}

std::optional<Kind> kind_named(std::string_view wanted) {
  for (const Kind kind : {Kind::docx, Kind::pptx, Kind::xlsx, Kind::html, Kind::pdf}) {
    if (name(kind) == wanted) return kind;
  }
  return std::nullopt;
}

std::optional<Kind> kind_of(std::string_view extension) {
  if (!extension.starts_with('.')) return std::nullopt;
  const std::string lowered = to_lower(extension.substr(1));
  return lowered == "htm" ? Kind::html : kind_named(lowered);
}

}  // namespace argot::documents
