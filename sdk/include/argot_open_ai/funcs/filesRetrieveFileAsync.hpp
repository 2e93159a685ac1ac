// Asks for what is known of a file, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesRetrieveFile, in the background.
ARGOT_OPEN_AI_API Future<Result<OpenAIFile>> filesRetrieveFileAsync(const ArgotOpenAiCore& core,
                                                                    RetrieveFileRequest request,
                                                                    RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
