// Lists one page of files.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"

namespace argot::openai {
inline namespace v0 {

/// Returns a list of files that belong to the user's organization: one page of it.
ARGOT_OPEN_AI_API Result<ListFilesResponse> filesListFiles(
    const ArgotOpenAiCore& core, const ListFilesRequest& request = {},
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
