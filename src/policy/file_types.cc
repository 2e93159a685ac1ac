#include "policy/file_types.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace argot::policy {
namespace {

using Content = std::optional<ContentKind>;

constexpr FileType searchable(std::string_view extension, std::string_view media_type,
                              Content content = ContentKind::text) {
  return {.extension = extension,
          .media_type = media_type,
          .file_search = true,
          .code_interpreter = true,
          .content = content};
}

constexpr FileType code_only(std::string_view extension, std::string_view media_type,
                             Content content = ContentKind::text) {
  return {.extension = extension,
          .media_type = media_type,
          .code_interpreter = true,
          .content = content};
}

constexpr FileType also(FileType type, std::string_view other_media_type) {
  type.other_media_type = other_media_type;
  return type;
}

constexpr auto types = std::to_array<FileType>({
    searchable(".c", "text/x-c"),
    searchable(".cpp", "text/x-c++"),
    searchable(".cs", "text/x-csharp"),
    searchable(".css", "text/css"),
    also(code_only(".csv", "application/csv"), "text/csv"),
    searchable(".doc", "application/msword", std::nullopt),
    searchable(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
               ContentKind::zip),
    code_only(".gif", "image/gif", ContentKind::gif),
    searchable(".go", "text/x-golang"),
    searchable(".html", "text/html"),
    searchable(".java", "text/x-java"),
    code_only(".jpeg", "image/jpeg", ContentKind::jpeg),
    code_only(".jpg", "image/jpeg", ContentKind::jpeg),
    searchable(".js", "text/javascript"),
    searchable(".json", "application/json"),
    searchable(".md", "text/markdown"),
    searchable(".pdf", "application/pdf", ContentKind::pdf),
    searchable(".php", "text/x-php"),
    code_only(".png", "image/png", ContentKind::png),
    searchable(".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
               ContentKind::zip),
    also(searchable(".py", "text/x-python"), "text/x-script.python"),
    searchable(".rb", "text/x-ruby"),
    searchable(".sh", "application/x-sh"),
    code_only(".tar", "application/x-tar", std::nullopt),
    searchable(".tex", "text/x-tex"),
    searchable(".ts", "application/typescript"),
    searchable(".txt", "text/plain"),
    code_only(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
              ContentKind::zip),
    also(code_only(".xml", "application/xml"), "text/xml"),
    code_only(".zip", "application/zip", ContentKind::zip),
});

static_assert(std::ranges::is_sorted(types, {}, &FileType::extension));

}  // namespace

std::span<const FileType> file_types() { return types; }

const FileType* find_file_type(std::string_view extension) {
  const std::string lowered = to_lower(extension);
  const auto found =
      std::ranges::lower_bound(types, std::string_view(lowered), {}, &FileType::extension);
  return found == types.end() || found->extension != lowered ? nullptr : &*found;
}

std::string_view extension_of(std::string_view filename) {
  const std::string_view name = filename.substr(filename.find_last_of('/') + 1);
  const std::size_t stem = name.find_first_not_of('.');
  const std::size_t point = name.find_last_of('.');
  const bool has_extension = point != std::string_view::npos && stem != std::string_view::npos &&
                             point > stem && point + 1 < name.size();
  return has_extension ? name.substr(point) : std::string_view();
}

}  // namespace argot::policy
