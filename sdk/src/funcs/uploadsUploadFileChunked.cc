#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"

#include <utility>

#include "detail/chunked_upload.hpp"
#include "detail/multipart_body.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {

Result<OpenAIFile> uploadsUploadFileChunked(const ArgotOpenAiCore& core, CreateFileRequest request,
                                            const UploadChunkedOptions& upload,
                                            const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<OpenAIFile> {
    detail::FormFile file = detail::formFileOf(std::move(request.file));
    const Blob* const blob = file.content.blob();
    if (blob == nullptr) {
      return detail::ErrorMaker::invalidRequest(
          "Unable to send the file in parts: expected a Blob, made of a path or of bytes, and not "
          "a "
          "stream or a source");
    }
    CreateUploadRequest announcement{.filename = std::move(file.name),
                                     .purpose = std::move(request.purpose),
                                     .mimeType = std::move(file.type),
                                     .expiresAfter = std::move(request.expiresAfter)};
    detail::ChunkedUpload chunked(core, *blob, upload, options);
    return chunked.run(std::move(announcement));
  });
}

}  // namespace v0
}  // namespace argot::openai
