// Uploads a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesCreateFile, in the background: what the file comes from is read there.
ARGOT_OPEN_AI_API Future<Result<OpenAIFile>> filesCreateFileAsync(const ArgotOpenAiCore& core,
                                                                  CreateFileRequest request,
                                                                  RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
