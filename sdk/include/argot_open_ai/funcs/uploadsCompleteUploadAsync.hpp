// Makes a file of its parts, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As uploadsCompleteUpload, in the background.
ARGOT_OPEN_AI_API Future<Result<Upload>> uploadsCompleteUploadAsync(const ArgotOpenAiCore& core,
                                                                    CompleteUploadRequest request,
                                                                    RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
