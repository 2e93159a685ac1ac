// Downloads a file into memory, in the background.
#pragma once

#include <string>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesDownloadFile, in the background.
ARGOT_OPEN_AI_API Future<Result<std::string>> filesDownloadFileAsync(const ArgotOpenAiCore& core,
                                                                     DownloadFileRequest request,
                                                                     RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
