// The methods that run in the background.

#include <utility>

#include "argot_open_ai/funcs/uploadsAddUploadPartAsync.hpp"
#include "argot_open_ai/funcs/uploadsCancelUploadAsync.hpp"
#include "argot_open_ai/funcs/uploadsCompleteUploadAsync.hpp"
#include "argot_open_ai/funcs/uploadsCreateUploadAsync.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunkedAsync.hpp"
#include "argot_open_ai/sdk/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

Future<OpenAIFile> Uploads::uploadFileChunkedAsync(CreateFileRequest request,
                                                   UploadChunkedOptions upload,
                                                   RequestOptions options) const {
  return Future<OpenAIFile>(uploadsUploadFileChunkedAsync(core_, std::move(request),
                                                          std::move(upload), std::move(options)));
}

Future<Upload> Uploads::createUploadAsync(CreateUploadRequest request,
                                          RequestOptions options) const {
  return Future<Upload>(uploadsCreateUploadAsync(core_, std::move(request), std::move(options)));
}

Future<UploadPart> Uploads::addUploadPartAsync(AddUploadPartRequest request,
                                               RequestOptions options) const {
  return Future<UploadPart>(
      uploadsAddUploadPartAsync(core_, std::move(request), std::move(options)));
}

Future<Upload> Uploads::completeUploadAsync(CompleteUploadRequest request,
                                            RequestOptions options) const {
  return Future<Upload>(uploadsCompleteUploadAsync(core_, std::move(request), std::move(options)));
}

Future<Upload> Uploads::cancelUploadAsync(CancelUploadRequest request,
                                          RequestOptions options) const {
  return Future<Upload>(uploadsCancelUploadAsync(core_, std::move(request), std::move(options)));
}

}  // namespace v0
}  // namespace argot::openai
