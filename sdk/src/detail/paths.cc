#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "detail/call.hpp"
#include "detail/error_maker.hpp"
#include "fetch/url.h"

namespace argot::openai {
inline namespace v0 {
namespace detail {
namespace {

// "." and "..", with any of the dots as %2e: what a server or a proxy may take for a segment of its
// own.
bool isDotSegment(std::string_view id) {
  std::string plain;
  while (!id.empty()) {
    const bool isEncodedDot =
        id.size() >= 3 && id[0] == '%' && id[1] == '2' && (id[2] == 'e' || id[2] == 'E');
    plain += isEncodedDot ? '.' : id[0];
    id.remove_prefix(isEncodedDot ? 3 : 1);
  }
  return plain == "." || plain == "..";
}

/// `parent` and the encoded id; `name` is what the caller calls it.
Result<std::string> pathOf(std::string_view parent, std::string_view name, std::string_view id) {
  const auto invalid = [name](std::string_view problem) {
    return ErrorMaker::invalidRequest("Invalid " + std::string(name) + ": it " +
                                      std::string(problem));
  };
  if (id.empty()) return invalid("is empty");
  if (isDotSegment(id)) return invalid("is a dot segment of a path");
  const bool hasControl = std::ranges::any_of(
      id, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
  if (hasControl) return invalid("holds a control character");
  return std::string(parent) + fetch::encode_component(id);
}

}  // namespace

Result<std::string> filePath(std::string_view fileId, std::string_view suffix) {
  return pathOf("/files/", "fileId", fileId).transform([suffix](const std::string& path) {
    return path + std::string(suffix);
  });
}

Result<std::string> uploadPath(std::string_view uploadId, std::string_view suffix) {
  return pathOf("/uploads/", "uploadId", uploadId).transform([suffix](const std::string& path) {
    return path + std::string(suffix);
  });
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
