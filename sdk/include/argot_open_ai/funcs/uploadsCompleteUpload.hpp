// Makes a file of its parts.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// Makes the file of the parts that are named, in that order. Completing again gives the same file.
ARGOT_OPEN_AI_API Result<Upload> uploadsCompleteUpload(const ArgotOpenAiCore& core,
                                                       const CompleteUploadRequest& request,
                                                       const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
