// Waits for the verdict on a file.
#pragma once

#include "argot_open_ai/core.hpp"
#include "argot_open_ai/lib/chrono.hpp"
#include "argot_open_ai/models/components.hpp"
#include "argot_open_ai/models/operations.hpp"

namespace argot::openai {
inline namespace v0 {

struct WaitOptions {
  std::chrono::milliseconds pollInterval{5'000};
  std::chrono::milliseconds maxWait{1'800'000};
};

/// Asks until the status of the file is another than "uploaded": "processed", "error", one that
/// this version does not know, or none. A file that still is being processed after maxWait is a
/// RequestTimeoutError. The timeout of the options bounds each question; their signal ends the wait
/// at once.
ARGOT_OPEN_AI_API Result<OpenAIFile> filesWaitForProcessing(
    const ArgotOpenAiCore& core, const RetrieveFileRequest& request, const WaitOptions& wait = {},
    const RequestOptions& options = {}) noexcept;

}  // namespace v0
}  // namespace argot::openai
