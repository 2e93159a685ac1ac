#include "argot_open_ai/funcs/filesCreateFile.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "detail/json_operation.hpp"
#include "detail/multipart_body.hpp"

namespace argot::openai {
inline namespace v0 {

namespace {

bool isMediaType(std::string_view type) {
  return std::ranges::all_of(type, [](char c) { return c >= ' ' && c < '\x7f'; });
}

Error invalidInput(std::string path, std::string message) {
  return detail::ErrorMaker::validation(
      "Input validation failed", "",
      {{.path = std::move(path), .message = std::move(message), .code = "invalid_type"}});
}

}  // namespace

Result<OpenAIFile> filesCreateFile(const ArgotOpenAiCore& core, CreateFileRequest request,
                                   const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<OpenAIFile> {
    if (request.purpose.str().empty()) return invalidInput("purpose", "Required");
    detail::FormFields fields{{"purpose", request.purpose.str()}};
    if (request.expiresAfter) {
      fields.emplace_back("expires_after[anchor]", request.expiresAfter->anchor);
      fields.emplace_back("expires_after[seconds]", std::to_string(request.expiresAfter->seconds));
    }
    detail::FormFile file = detail::formFileOf(std::move(request.file));
    if (!isMediaType(file.type)) {
      return invalidInput("file.contentType", "Expected a media type without control characters");
    }
    Result<detail::Operation> operation = detail::withForm(
        {.id = "createFile", .method = "POST", .path = "/files", .needsIdempotencyKey = true},
        std::move(file), fields);
    if (!operation.ok()) return operation.error();
    return detail::jsonOperation(core.client(), *std::move(operation), options, detail::decodeFile);
  });
}

}  // namespace v0
}  // namespace argot::openai
