// Ends an upload without a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// Ends the upload; its parts are dropped. Cancelling again changes nothing.
ARGOT_OPEN_AI_API Result<Upload> uploadsCancelUpload(const ArgotOpenAiCore& core,
                                                     const CancelUploadRequest& request,
                                                     const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
