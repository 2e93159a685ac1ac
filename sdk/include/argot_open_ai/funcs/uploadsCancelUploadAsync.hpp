// Ends an upload without a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As uploadsCancelUpload, in the background.
ARGOT_OPEN_AI_API Future<Result<Upload>> uploadsCancelUploadAsync(const ArgotOpenAiCore& core,
                                                                  CancelUploadRequest request,
                                                                  RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
