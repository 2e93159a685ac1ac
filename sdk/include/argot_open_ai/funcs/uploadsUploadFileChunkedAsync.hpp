// Uploads a file in parts, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/uploadsUploadFileChunked.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As uploadsUploadFileChunked, in the background.
ARGOT_OPEN_AI_API Future<Result<OpenAIFile>> uploadsUploadFileChunkedAsync(
    const ArgotOpenAiCore& core, CreateFileRequest request, UploadChunkedOptions upload = {},
    RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
