// Sends a part of a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/uploads.hpp"

namespace argot::openai {
inline namespace v0 {

/// Sends up to 64 MB of the file. Parts may be sent at the same time and in any order; one that is
/// sent again has another id.
ARGOT_OPEN_AI_API Result<UploadPart> uploadsAddUploadPart(
    const ArgotOpenAiCore& core, AddUploadPartRequest request,
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
