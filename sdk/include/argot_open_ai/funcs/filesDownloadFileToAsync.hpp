// Downloads a file to a path or a function, in the background.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "argot_open_ai/lib/function.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/download.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesDownloadFileTo, in the background.
ARGOT_OPEN_AI_API Future<Result<DownloadInfo>> filesDownloadFileToAsync(const ArgotOpenAiCore& core,
                                                                        DownloadFileRequest request,
                                                                        std::string path,
                                                                        RequestOptions options = {},
                                                                        DownloadToOptions to = {});

/// The same for a function, which is called on the background thread and must not block it.
ARGOT_OPEN_AI_API Future<Result<DownloadInfo>> filesDownloadFileToAsync(
    const ArgotOpenAiCore& core, DownloadFileRequest request,
    std::function<bool(std::span<const std::byte>)> sink, RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
