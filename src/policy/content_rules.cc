#include "policy/content_rules.h"

#include <string>

#include "base/quoting.h"
#include "policy/file_types.h"

namespace argot::policy {
namespace {

std::optional<jsonl::Problem> image_problem(ContentKind kind) {
  const bool is_image = kind == ContentKind::png || kind == ContentKind::jpeg ||
                        kind == ContentKind::webp || kind == ContentKind::gif;
  if (is_image) return std::nullopt;
  return jsonl::Problem{
      .code = "unsupported_image",
      .message = "Expected a PNG, JPEG, WebP or non-animated GIF image, but got " +
                 std::string(described(kind)) + "."};
}

std::optional<jsonl::Problem> type_problem(std::string_view filename, ContentKind kind) {
  const std::string_view extension = extension_of(filename);
  const FileType* const type = find_file_type(extension);
  // Nothing is a text of no length, and no tool chokes on it.
  if (type == nullptr || !type->content || kind == ContentKind::empty) return std::nullopt;
  const bool is_expected = kind == *type->content || (*type->content == ContentKind::gif &&
                                                      kind == ContentKind::animated_gif);
  if (is_expected) return std::nullopt;
  const std::string expected = *type->content == ContentKind::text
                                   ? "text in UTF-8, UTF-16 or ASCII"
                                   : std::string(described(*type->content));
  return jsonl::Problem{.code = "unexpected_content",
                        .message = "Expected " + expected + ", as the extension " +
                                   shortened(extension) + " says, but got " +
                                   std::string(described(kind)) + "."};
}

}  // namespace

bool asks_for_content(Purpose purpose) {
  return purpose == Purpose::vision || purpose == Purpose::assistants;
}

std::optional<jsonl::Problem> content_problem(Purpose purpose, std::string_view filename,
                                              ContentKind kind) {
  if (purpose == Purpose::vision) return image_problem(kind);
  if (purpose == Purpose::assistants) return type_problem(filename, kind);
  return std::nullopt;
}

}  // namespace argot::policy
