#include "argot_open_ai/funcs/filesDownloadFile.hpp"

#include "detail/call.hpp"
#include "detail/total.hpp"

namespace argot::openai {
inline namespace v0 {

Result<std::string> filesDownloadFile(const ArgotOpenAiCore& core,
                                      const DownloadFileRequest& request,
                                      const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<std::string> {
    Result<std::string> path = detail::filePath(request.fileId, "/content");
    if (!path.ok()) return path.error();
    detail::Call call(core.client(),
                      {.id = "downloadFile",
                       .path = *std::move(path),
                       .headers = {{"Accept", "application/octet-stream, */*"}},
                       .expected = detail::Expected::bytes},
                      options);
    Result<HttpResponse> response = call.exchange();
    if (!response.ok()) return response.error();
    return std::move(response->body);
  });
}

}  // namespace v0
}  // namespace argot::openai
