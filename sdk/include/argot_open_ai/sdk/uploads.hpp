// The operations on uploads as methods, which throw what the standalone functions return.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/uploads.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// Files that come in parts. Thread-safe; copies share their client. Every method throws one of the
/// seven classes of models/errors.hpp.
class ARGOT_OPEN_AI_API Uploads {
 public:
  explicit Uploads(ArgotOpenAiCore core);

  /// Sends a file in parts, several at a time: as uploadsUploadFileChunked.
  OpenAIFile uploadFileChunked(CreateFileRequest request, const UploadChunkedOptions& upload = {},
                               const RequestOptions& options = {}) const;

  /// The four requests of which it is made.
  Upload createUpload(const CreateUploadRequest& request, const RequestOptions& options = {}) const;
  UploadPart addUploadPart(AddUploadPartRequest request, const RequestOptions& options = {}) const;
  Upload completeUpload(const CompleteUploadRequest& request,
                        const RequestOptions& options = {}) const;
  Upload cancelUpload(const CancelUploadRequest& request, const RequestOptions& options = {}) const;

  /// The same in the background; the futures throw. docs/sdk/async.md has what that means.
  Future<OpenAIFile> uploadFileChunkedAsync(CreateFileRequest request,
                                            UploadChunkedOptions upload = {},
                                            RequestOptions options = {}) const;
  Future<Upload> createUploadAsync(CreateUploadRequest request, RequestOptions options = {}) const;
  Future<UploadPart> addUploadPartAsync(AddUploadPartRequest request,
                                        RequestOptions options = {}) const;
  Future<Upload> completeUploadAsync(CompleteUploadRequest request,
                                     RequestOptions options = {}) const;
  Future<Upload> cancelUploadAsync(CancelUploadRequest request, RequestOptions options = {}) const;

 private:
  ArgotOpenAiCore core_;
};

}  // namespace v0
}  // namespace argot::openai
