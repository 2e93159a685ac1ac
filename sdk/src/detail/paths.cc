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

}  // namespace

Result<std::string> filePath(std::string_view fileId, std::string_view suffix) {
  if (fileId.empty()) return ErrorMaker::invalidRequest("Invalid fileId: it is empty");
  if (isDotSegment(fileId)) {
    return ErrorMaker::invalidRequest("Invalid fileId: it is a dot segment of a path");
  }
  const bool hasControl = std::ranges::any_of(
      fileId, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
  if (hasControl) {
    return ErrorMaker::invalidRequest("Invalid fileId: it holds a control character");
  }
  return "/files/" + fetch::encode_component(fileId) + std::string(suffix);
}

}  // namespace detail
}  // namespace v0
}  // namespace argot::openai
