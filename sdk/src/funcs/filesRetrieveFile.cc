#include "argot_open_ai/funcs/filesRetrieveFile.hpp"

#include "detail/json_operation.hpp"

namespace argot::openai {
inline namespace v0 {

Result<OpenAIFile> filesRetrieveFile(const ArgotOpenAiCore& core,
                                     const RetrieveFileRequest& request,
                                     const RequestOptions& options) noexcept {
  return detail::total([&]() -> Result<OpenAIFile> {
    Result<std::string> path = detail::filePath(request.fileId);
    if (!path.ok()) return path.error();
    return detail::jsonOperation(core.client(), {.id = "retrieveFile", .path = *std::move(path)},
                                 options, detail::decodeFile);
  });
}

}  // namespace v0
}  // namespace argot::openai
