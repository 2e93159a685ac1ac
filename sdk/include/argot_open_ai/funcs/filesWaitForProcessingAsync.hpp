// Waits for the verdict on a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesWaitForProcessing, in the background: any number of files wait without a thread of their
/// own.
ARGOT_OPEN_AI_API Future<Result<OpenAIFile>> filesWaitForProcessingAsync(
    const ArgotOpenAiCore& core, RetrieveFileRequest request, WaitOptions wait = {},
    RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
