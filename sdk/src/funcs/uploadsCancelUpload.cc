#include "argot_open_ai/funcs/uploadsCancelUpload.hpp"

#include <utility>

#include "detail/json_operation.hpp"

namespace argot::openai {
inline namespace v0 {

Result<Upload> uploadsCancelUpload(const ArgotOpenAiCore& core, const CancelUploadRequest& request,
                                   const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<Upload> {
    Result<std::string> path = detail::uploadPath(request.uploadId, "/cancel");
    if (!path.ok()) return path.error();
    return detail::jsonOperation(core.client(),
                                 {.id = "cancelUpload", .method = "POST", .path = *std::move(path)},
                                 options, detail::decodeUpload);
  });
}

}  // namespace v0
}  // namespace argot::openai
