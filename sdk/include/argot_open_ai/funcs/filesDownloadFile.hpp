// Downloads a file into memory.
#pragma once

#include <string>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/operations.hpp"

namespace argot::openai {
inline namespace v0 {

/// Returns the contents of the specified file, whatever their type. All of them are in memory: see
/// filesDownloadFileTo and filesOpenDownload for the others.
ARGOT_OPEN_AI_API Result<std::string> filesDownloadFile(
    const ArgotOpenAiCore& core, const DownloadFileRequest& request,
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
