#include "argot_open_ai/funcs/filesCreateFile.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "detail/json_operation.hpp"
#include "detail/multipart_body.hpp"

namespace argot::openai {
inline namespace v0 {

namespace {

constexpr std::string_view defaultType = "application/octet-stream";

/// Name, type and content, whichever way the request has them.
detail::FormFile formFile(std::variant<Blob, CreateFileRequestFile> file) {
  detail::FormFile form;
  if (Blob* const blob = std::get_if<Blob>(&file)) {
    form = {.name = blob->name(), .type = blob->type(), .content = FileContent(std::move(*blob))};
  } else {
    CreateFileRequestFile& named = std::get<CreateFileRequestFile>(file);
    form = {.name = std::move(named.fileName), .type = std::move(named.contentType)};
    if (const Blob* const content = named.content.blob(); form.type.empty() && content != nullptr) {
      form.type = content->type();
    }
    form.content = std::move(named.content);
  }
  if (form.type.empty()) form.type = defaultType;
  return form;
}

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
    std::vector<std::pair<std::string, std::string>> fields{{"purpose", request.purpose.str()}};
    if (request.expiresAfter) {
      fields.emplace_back("expires_after[anchor]", request.expiresAfter->anchor);
      fields.emplace_back("expires_after[seconds]", std::to_string(request.expiresAfter->seconds));
    }
    detail::FormFile file = formFile(std::move(request.file));
    if (!isMediaType(file.type)) {
      return invalidInput("file.contentType", "Expected a media type without control characters");
    }
    const std::string boundary = "argot-" + detail::randomToken();
    std::shared_ptr<ByteSource> body;
    try {
      body = std::make_shared<detail::MultipartBody>(std::move(file), fields, boundary);
    } catch (const std::exception& thrown) {
      return detail::ErrorMaker::invalidRequest(
          "Unable to read the file", {.text = thrown.what(), .thrown = std::current_exception()});
    }
    detail::Operation operation{
        .id = "createFile",
        .method = "POST",
        .path = "/files",
        .headers = {{"Content-Type", "multipart/form-data; boundary=" + boundary}},
        .body = std::move(body),
        .needsIdempotencyKey = true};
    return detail::jsonOperation(core.client(), std::move(operation), options, detail::decodeFile);
  });
}

}  // namespace v0
}  // namespace argot::openai
