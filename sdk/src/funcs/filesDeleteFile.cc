#include "argot_open_ai/funcs/filesDeleteFile.hpp"

#include "detail/json_operation.hpp"

namespace argot::openai {
inline namespace v0 {

Result<DeleteFileResponse> filesDeleteFile(const ArgotOpenAiCore& core,
                                           const DeleteFileRequest& request,
                                           const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<DeleteFileResponse> {
    Result<std::string> path = detail::filePath(request.fileId);
    if (!path.ok()) return path.error();
    return detail::jsonOperation(core.client(),
                                 {.id = "deleteFile", .method = "DELETE", .path = *std::move(path)},
                                 options, detail::decodeDeleted);
  });
}

}  // namespace v0
}  // namespace argot::openai
