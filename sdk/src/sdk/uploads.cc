#include "argot_open_ai/sdk/uploads.hpp"

#include <utility>

#include "argot_open_ai/funcs/uploadsAddUploadPart.hpp"
#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"
#include "argot_open_ai/funcs/uploadsCompleteUpload.hpp"
#include "argot_open_ai/funcs/uploadsCreateUpload.hpp"

namespace argot::openai {
inline namespace v0 {

OpenAIFile Uploads::uploadFileChunked(CreateFileRequest request, const UploadChunkedOptions& upload,
                                      const RequestOptions& options) const {
  return uploadsUploadFileChunked(core_, std::move(request), upload, options).unwrap();
}

Upload Uploads::createUpload(const CreateUploadRequest& request,
                             const RequestOptions& options) const {
  return uploadsCreateUpload(core_, request, options).unwrap();
}

UploadPart Uploads::addUploadPart(AddUploadPartRequest request,
                                  const RequestOptions& options) const {
  return uploadsAddUploadPart(core_, std::move(request), options).unwrap();
}

Upload Uploads::completeUpload(const CompleteUploadRequest& request,
                               const RequestOptions& options) const {
  return uploadsCompleteUpload(core_, request, options).unwrap();
}

Upload Uploads::cancelUpload(const CancelUploadRequest& request,
                             const RequestOptions& options) const {
  return uploadsCancelUpload(core_, request, options).unwrap();
}

}  // namespace v0
}  // namespace argot::openai
