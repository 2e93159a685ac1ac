// Asks for what is known of a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"

namespace argot::openai {
inline namespace v0 {

/// Returns information about a specific file.
ARGOT_OPEN_AI_API Result<OpenAIFile> filesRetrieveFile(const ArgotOpenAiCore& core,
                                                       const RetrieveFileRequest& request,
                                                       const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
