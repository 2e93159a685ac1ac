// The kinds of documents that text is taken out of.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace argot::documents {

enum class Kind : std::uint8_t { docx, pptx, xlsx, html, pdf };

// The enumerator's own name: "docx".
std::string_view name(Kind kind);
std::optional<Kind> kind_named(std::string_view name);

// From an extension with its point, in either case: ".docx", ".HTM". Nothing for every other type,
// ".doc" among them: such files are stored, and their tokens are not counted.
std::optional<Kind> kind_of(std::string_view extension);

}  // namespace argot::documents
