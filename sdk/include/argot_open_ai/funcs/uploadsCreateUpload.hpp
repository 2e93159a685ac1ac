// Announces a file that comes in parts.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// Announces a file of up to 8 GB, whose parts addUploadPart sends. It expires after an hour.
ARGOT_OPEN_AI_API Result<Upload> uploadsCreateUpload(const ArgotOpenAiCore& core,
                                                     const CreateUploadRequest& request,
                                                     const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
