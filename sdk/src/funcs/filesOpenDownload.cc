#include "argot_open_ai/funcs/filesOpenDownload.hpp"

#include <memory>
#include <utility>

#include "detail/download_state.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {

Result<DownloadStream> filesOpenDownload(const ArgotOpenAiCore& core,
                                         const DownloadFileRequest& request,
                                         const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<DownloadStream> {
    Result<std::string> path = detail::DownloadState::contentPath(request);
    if (!path.ok()) return path.error();
    auto state = std::make_unique<detail::DownloadState>(core, *std::move(path), options);
    if (Result<void> begun = state->begin(); !begun.ok()) return begun.error();
    state->forgetResponseInfo();
    return detail::DownloadState::streamOf(std::move(state));
  });
}

}  // namespace v0
}  // namespace argot::openai
