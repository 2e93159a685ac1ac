#include "argot_open_ai/funcs/uploadsUploadFileChunkedAsync.hpp"

#include <utility>

#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<OpenAIFile>> uploadsUploadFileChunkedAsync(const ArgotOpenAiCore& core,
                                                         CreateFileRequest request,
                                                         UploadChunkedOptions upload,
                                                         RequestOptions options) {
  return detail::inBackground(core, [core, request = std::move(request), upload = std::move(upload),
                                     options = std::move(options)]() mutable {
    return uploadsUploadFileChunked(core, std::move(request), upload, options);
  });
}

}  // namespace v0
}  // namespace argot::openai
