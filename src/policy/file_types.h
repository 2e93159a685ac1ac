// The file types that tools over files understand: extension, media type, and which tool reads it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "policy/content_kind.h"

namespace argot::policy {

struct FileType {
  std::string_view extension;  // lower case, with its point
  std::string_view media_type;
  std::string_view other_media_type;  // a second one in use, or empty
  bool file_search = false;
  bool code_interpreter = false;
  // What such a file holds; nothing where no signature tells.
  std::optional<ContentKind> content = ContentKind::text;
};

// In alphabetical order.
std::span<const FileType> file_types();

// Upper case counts as lower case; a null pointer for what is not in the table.
const FileType* find_file_type(std::string_view extension);

// From the last point of the name, as written: ".Pdf". Empty where there is none: "README",
// ".profile", "name.".
std::string_view extension_of(std::string_view filename);

}  // namespace argot::policy
