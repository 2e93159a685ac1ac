// Deletes a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesDeleteFile, in the background.
ARGOT_OPEN_AI_API Future<Result<DeleteFileResponse>> filesDeleteFileAsync(
    const ArgotOpenAiCore& core, DeleteFileRequest request, RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
