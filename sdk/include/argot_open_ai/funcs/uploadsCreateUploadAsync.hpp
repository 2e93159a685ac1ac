// Announces a file that comes in parts, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As uploadsCreateUpload, in the background.
ARGOT_OPEN_AI_API Future<Result<Upload>> uploadsCreateUploadAsync(const ArgotOpenAiCore& core,
                                                                  CreateUploadRequest request,
                                                                  RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
