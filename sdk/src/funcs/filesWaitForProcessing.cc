#include "argot_open_ai/funcs/filesWaitForProcessing.hpp"

#include <algorithm>

#include "argot_open_ai/funcs/filesRetrieveFile.hpp"
#include "detail/client.hpp"
#include "detail/error_maker.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {
namespace {

using detail::SteadyTime;

/// `time` plus `wait`, as far as the clock reaches; a wait below zero is none.
SteadyTime after(SteadyTime time, std::chrono::milliseconds wait) {
  const auto most = std::chrono::floor<std::chrono::milliseconds>(SteadyTime::max() - time);
  return time + std::clamp(wait, std::chrono::milliseconds(0), most);
}

}  // namespace

Result<OpenAIFile> filesWaitForProcessing(const ArgotOpenAiCore& core,
                                          const RetrieveFileRequest& request,
                                          const WaitOptions& wait,
                                          const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<OpenAIFile> {
    const detail::Surroundings& surroundings = core.client().surroundings();
    const SteadyTime end = after(surroundings.now(), wait.maxWait);
    for (int looks = 1;; ++looks) {
      Result<OpenAIFile> file = filesRetrieveFile(core, request, options);
      if (!file.ok() || file->status != Status(Status::Uploaded)) return file;
      const detail::Attempts attempts{.count = looks};
      const SteadyTime now = surroundings.now();
      if (now >= end) {
        return detail::ErrorMaker::timedOut(
            {.text = request.fileId + " is still being processed after " +
                     std::to_string(wait.maxWait.count()) + " ms"},
            attempts);
      }
      if (!surroundings.waitUntil(std::min(end, after(now, wait.pollInterval)),
                                  options.fetchOptions.signal)) {
        return detail::ErrorMaker::aborted({.text = "the signal"}, attempts);
      }
    }
  });
}

}  // namespace v0
}  // namespace argot::openai
