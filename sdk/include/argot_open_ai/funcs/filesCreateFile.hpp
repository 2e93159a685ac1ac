// Uploads a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"

namespace argot::openai {
inline namespace v0 {

/// Upload a file that can be used across various endpoints. Individual files can be up to 512 MB,
/// and the size of all files uploaded by one organization can be up to 100 GB.
ARGOT_OPEN_AI_API Result<OpenAIFile> filesCreateFile(const ArgotOpenAiCore& core,
                                                     CreateFileRequest request,
                                                     const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
