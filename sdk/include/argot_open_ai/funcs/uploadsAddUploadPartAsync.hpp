// Sends a part of a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As uploadsAddUploadPart, in the background.
ARGOT_OPEN_AI_API Future<Result<UploadPart>> uploadsAddUploadPartAsync(const ArgotOpenAiCore& core,
                                                                       AddUploadPartRequest request,
                                                                       RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
