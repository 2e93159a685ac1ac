#include "argot_open_ai/funcs/uploadsAddUploadPart.hpp"

#include <utility>

#include "detail/json_operation.hpp"
#include "detail/multipart_body.hpp"

namespace argot::openai {
inline namespace v0 {

Result<UploadPart> uploadsAddUploadPart(const ArgotOpenAiCore& core, AddUploadPartRequest request,
                                        const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<UploadPart> {
    Result<std::string> path = detail::uploadPath(request.uploadId, "/parts");
    if (!path.ok()) return path.error();
    Result<detail::Operation> operation =
        detail::withForm({.id = "addUploadPart", .method = "POST", .path = *std::move(path)},
                         {.field = "data",
                          .name = "upload",
                          .type = "application/octet-stream",
                          .content = std::move(request.data)});
    if (!operation.ok()) return operation.error();
    return detail::jsonOperation(core.client(), *std::move(operation), options,
                                 detail::decodeUploadPart);
  });
}

}  // namespace v0
}  // namespace argot::openai
