// Lists all files, however many pages they take.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/models/operations.hpp"
#include "argot_open_ai/types/pagination.hpp"

namespace argot::openai {
inline namespace v0 {

/// Every file of the list, page after page as the loop goes on:
///
///     for (Result<OpenAIFile>& file : filesListAllFiles(core, {.purpose = "batch"})) ...
ARGOT_OPEN_AI_API FileResults filesListAllFiles(const ArgotOpenAiCore& core,
                                                const ListFilesRequest& request = {},
                                                const RequestOptions& options = {});

/// The same, page by page.
ARGOT_OPEN_AI_API FilePages filesListPages(const ArgotOpenAiCore& core,
                                           const ListFilesRequest& request = {},
                                           const RequestOptions& options = {});

}  // namespace v0
}  // namespace argot::openai
