// Deletes a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"

namespace argot::openai {
inline namespace v0 {

/// Delete a file.
ARGOT_OPEN_AI_API Result<DeleteFileResponse> filesDeleteFile(
    const ArgotOpenAiCore& core, const DeleteFileRequest& request,
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
