#include "argot_open_ai/funcs/filesDownloadFileToAsync.hpp"

#include <utility>

#include "argot_open_ai/funcs/filesDownloadFileTo.hpp"
#include "detail/background.hpp"

namespace argot::openai {
inline namespace v0 {

Future<Result<DownloadInfo>> filesDownloadFileToAsync(const ArgotOpenAiCore& core,
                                                      DownloadFileRequest request, std::string path,
                                                      RequestOptions options,
                                                      DownloadToOptions to) {
  return detail::inBackground(core, [core, request = std::move(request), path = std::move(path),
                                     options = std::move(options), to]() {
    return filesDownloadFileTo(core, request, path, options, to);
  });
}

Future<Result<DownloadInfo>> filesDownloadFileToAsync(
    const ArgotOpenAiCore& core, DownloadFileRequest request,
    std::function<bool(std::span<const std::byte>)> sink, RequestOptions options) {
  return detail::inBackground(core, [core, request = std::move(request), sink = std::move(sink),
                                     options = std::move(options)]() {
    return filesDownloadFileTo(core, request, sink, options);
  });
}

}  // namespace v0
}  // namespace argot::openai
