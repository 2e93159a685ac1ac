// Downloads a file as the caller pulls it.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/download.hpp"

namespace argot::openai {
inline namespace v0 {

/// Begins a download whose bytes the caller pulls.
ARGOT_OPEN_AI_API Result<DownloadStream> filesOpenDownload(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request,
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
