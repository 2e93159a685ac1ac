// Lists one page of files, in the background.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/future.hpp"

namespace argot::openai {
inline namespace v0 {

/// As filesListFiles, in the background; docs/sdk/async.md has what that means.
ARGOT_OPEN_AI_API Future<Result<ListFilesResponse>> filesListFilesAsync(
    const ArgotOpenAiCore& core, ListFilesRequest request = {}, RequestOptions options = {});

}  // namespace v0
}  // namespace argot::openai
