#include "argot_open_ai/funcs/uploadsCreateUpload.hpp"

#include "detail/json_operation.hpp"
#include "json/writer.h"

namespace argot::openai {
inline namespace v0 {
namespace {

std::string jsonOf(const CreateUploadRequest& request) {
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.key("filename").string(request.filename);
  writer.key("purpose").string(request.purpose.str());
  writer.key("bytes").integer(request.bytes);
  writer.key("mime_type").string(request.mimeType);
  if (request.expiresAfter) {
    writer.key("expires_after").begin_object();
    writer.key("anchor").string(request.expiresAfter->anchor);
    writer.key("seconds").integer(request.expiresAfter->seconds);
    writer.end_object();
  }
  writer.end_object();
  return out;
}

}  // namespace

Result<Upload> uploadsCreateUpload(const ArgotOpenAiCore& core, const CreateUploadRequest& request,
                                   const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<Upload> {
    if (request.purpose.str().empty()) {
      return detail::ErrorMaker::validation(
          "Input validation failed", "",
          {{.path = "purpose", .message = "Required", .code = "invalid_type"}});
    }
    return detail::jsonOperation(
        core.client(),
        detail::withJson({.id = "createUpload", .method = "POST", .path = "/uploads"},
                         jsonOf(request)),
        options, detail::decodeUpload);
  });
}

}  // namespace v0
}  // namespace argot::openai
